from django.urls import path

from catalog.api import views

urlpatterns = [
    path("products/", views.Products.as_view(), name="products"),
    path("products/<slug:slug>/", views.Product.as_view(), name="product"),
    path("bundles/", views.Bundles.as_view(), name="bundles"),
    path("bundles/<slug:slug>/", views.Bundle.as_view(), name="bundle"),
]
