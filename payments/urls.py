"""Addresses of paying."""

from django.urls import path

from payments import views

app_name = "payments"

urlpatterns = [
    # Before the one with a token, which would take "return" for one.
    path("pay/return/", views.returned, name="return"),
    path("pay/delivery/<slug:token>/", views.delivery, name="delivery"),
    path("pay/<str:token>/", views.pay, name="pay"),
    path("orders/<str:token>/cancel/", views.cancel, name="cancel"),
    path("orders/<str:token>/anew/", views.anew, name="anew"),
    path("orders/<str:token>/another-size/", views.another_size, name="another_size"),
    path("orders/<str:token>/invoice/", views.invoice, name="invoice"),
    path("orders/<str:token>/invoice.pdf", views.invoice_pdf, name="invoice_pdf"),
    path("webhooks/paystack/", views.paystack_webhook, name="paystack_webhook"),
]
