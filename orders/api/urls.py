from django.urls import path

from orders.api import account, delivery, returns, standing, views

urlpatterns = [
    path("account/addresses/", account.Addresses.as_view(), name="account-addresses"),
    path("account/addresses/<int:address_id>/", account.OneAddress.as_view(), name="account-address"),
    path("account/orders/", account.MyOrders.as_view(), name="account-orders"),
    path("bags/", views.Bags.as_view(), name="bags"),
    path("bags/<slug:token>/", views.OneBag.as_view(), name="bag"),
    path("bags/<slug:token>/lines/", views.Lines.as_view(), name="lines"),
    path("bags/<slug:token>/lines/<int:line_id>/", views.Line.as_view(), name="line"),
    path("bags/<slug:token>/quote/", views.Quotes.as_view(), name="quote"),
    path("delivery/", delivery.Coverage.as_view(), name="delivery"),
    path("delivery/places/", delivery.Places.as_view(), name="delivery_places"),
    path("delivery/zones/", delivery.Zones.as_view(), name="delivery_zones"),
    path("orders/", views.Orders.as_view(), name="orders"),
    # Before the one with a token, which would take "track" for one.
    path("orders/track/", standing.Tracking.as_view(), name="track"),
    path("orders/<slug:token>/again/", standing.Again.as_view(), name="again"),
    path("orders/<slug:token>/returns/", returns.Returns.as_view(), name="returns"),
]
