"""Addresses of the shop window."""

from django.urls import path

from catalog.views import alerts, browsing, crawlers, products, region, reviews, wishlist

app_name = "catalog"

urlpatterns = [
    path("", browsing.home, name="home"),
    path("region/", region.region, name="region"),
    path("shop/", browsing.shop, name="shop"),
    path("c/<slug:slug>/", browsing.category, name="category"),
    path("search/", browsing.search, name="search"),
    path("search/suggestions/", browsing.suggestions, name="suggestions"),
    path("products/<slug:slug>/", products.product, name="product"),
    path("products/<slug:slug>/reviews/", reviews.product_reviews, name="reviews"),
    path("reviews/<str:token>/", reviews.review, name="review"),
    path("reviews/<int:pk>/helpful/", reviews.helpful, name="helpful"),
    path("wishlist/", wishlist.wishlist, name="wishlist"),
    path("wishlist/<int:wish_id>/", wishlist.wish, name="wish"),
    path("alerts/", alerts.ask, name="alerts"),
    path("alerts/<str:token>/stop/", alerts.stop, name="stop_alerts"),
    path("bundles/", products.bundles, name="bundles"),
    path("bundles/<slug:slug>/", products.bundle, name="bundle"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("favicon.ico", crawlers.favicon, name="favicon"),
    path("sitemap.xml", crawlers.sitemap, name="sitemap"),
    path("sitemap-pages.xml", crawlers.sitemap_pages, name="sitemap-pages"),
    path("sitemap-products-<int:number>.xml", crawlers.sitemap_products, name="sitemap-products"),
    path(".well-known/security.txt", crawlers.security, name="security"),
]
