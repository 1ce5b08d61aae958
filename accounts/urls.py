"""Addresses of an account beside those of allauth."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("profile/", views.name_and_phone, name="profile"),
    path("news/", views.news, name="news"),
    path("data/", views.data, name="data"),
    path("data/download/", views.download, name="download"),
    path("data/erase/", views.erase, name="erase"),
]
