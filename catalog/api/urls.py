from django.urls import path

from catalog.api import reviews, staff, views, wishes

urlpatterns = [
    path("products/", views.Products.as_view(), name="products"),
    path("products/<slug:slug>/", views.Product.as_view(), name="product"),
    path("products/<slug:slug>/reviews/", reviews.ProductReviews.as_view(), name="product-reviews"),
    path("reviews/", reviews.Reviews.as_view(), name="reviews"),
    path("reviews/<int:review_id>/votes/", reviews.Votes.as_view(), name="votes"),
    path("wishlist/", wishes.Wishes.as_view(), name="wishlist"),
    path("alerts/", wishes.Alerts.as_view(), name="alerts"),
    path("bundles/", views.Bundles.as_view(), name="bundles"),
    path("bundles/<slug:slug>/", views.Bundle.as_view(), name="bundle"),
    path("staff/uploads/", staff.Uploads.as_view(), name="staff-uploads"),
    path("staff/uploads/<uuid:batch_id>/", staff.OneUpload.as_view(), name="staff-upload"),
    path("staff/uploads/<uuid:batch_id>/files/<int:file_id>/retry/", staff.Retry.as_view(), name="staff-upload-retry"),
]
