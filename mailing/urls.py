from django.urls import path

from mailing import views

app_name = "mailing"

urlpatterns = [path("webhooks/resend/", views.resend_webhook, name="resend_webhook")]
