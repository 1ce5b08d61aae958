"""Addresses of bag, checkout, orders and help."""

from django.urls import path

from orders.views import addresses, bag, checkout, pages, place, returns, tracking
from orders.views.order import extend, mine, order, order_again

app_name = "orders"

urlpatterns = [
    path("bag/", bag.bag, name="bag"),
    path("bag/lines/<int:line_id>/", bag.line, name="line"),
    path("bag/code/", bag.code, name="code"),
    path("checkout/", checkout.checkout, name="checkout"),
    path("delivery/place/", place.place, name="place"),
    path("delivery/line/", place.line, name="delivery_line"),
    path("accounts/addresses/", addresses.book, name="addresses"),
    path("accounts/addresses/new/", addresses.new, name="new_address"),
    path("accounts/addresses/<int:address_id>/", addresses.one, name="address"),
    path("orders/", mine, name="mine"),
    path("orders/<str:token>/", order, name="order"),
    path("orders/<str:token>/return/", returns.ask, name="return"),
    path("orders/<str:token>/extend/", extend, name="extend"),
    path("orders/<str:token>/again/", order_again, name="again"),
    path("track/", tracking.track, name="track"),
    path("help/", pages.Help.as_view(), name="help"),
    path("help/delivery/", pages.Delivery.as_view(), name="delivery"),
    path("help/returns/", pages.Returns.as_view(), name="returns"),
    path("help/sizes/", pages.Sizes.as_view(), name="sizes"),
    path("help/questions/", pages.Questions.as_view(), name="questions"),
    path("contact/", pages.Contact.as_view(), name="contact"),
    path("privacy/", pages.Privacy.as_view(), name="privacy"),
    path("terms/", pages.Terms.as_view(), name="terms"),
]
