"""Three providers, the payer's page, the controls and the pages to look at it all."""

from django.urls import include, path

from devtools.sandbox import control, pages
from devtools.sandbox.cloudinary import urls as cloudinary
from devtools.sandbox.paystack import checkout

controls = [
    path("paystack/transactions/<str:reference>/pay", control.pay),
    path("paystack/transactions/<str:reference>/dispute", control.dispute),
    path("paystack/refunds/<int:identifier>", control.move_refund),
    path("paystack/ledger", control.ledger),
    path("resend/emails", control.emails),
    path("faults", control.faults),
    path("requests", control.requests),
    path("webhooks", control.deliveries),
    path("webhooks/flush", control.flush),
    path("reset", control.reset),
]

payer = [
    path("", checkout.page, name="checkout"),
    path("/card", checkout.step(checkout.pay_by_card), name="checkout-card"),
    path("/answer", checkout.step(checkout.answer_step), name="checkout-answer"),
    path("/transfer", checkout.step(checkout.open_transfer), name="checkout-transfer"),
    path("/transfer/done", checkout.step(checkout.make_transfer), name="checkout-transfer-done"),
    path("/again", checkout.step(checkout.start_over), name="checkout-again"),
    path("/cancel", checkout.cancel, name="checkout-cancel"),
]

urlpatterns = [
    path("", pages.dashboard, name="dashboard"),
    path("health", pages.health),
    path("transactions/", pages.transactions, name="transactions"),
    path("webhooks/", pages.deliveries, name="deliveries"),
    path("webhooks/<int:pk>/again", pages.send_again, name="send-again"),
    path("requests/", pages.requests, name="requests"),
    path("faults/", pages.faults, name="faults"),
    path("inbox/", pages.inbox, name="inbox"),
    path("inbox/<uuid:pk>/", pages.mail, name="mail"),
    path("inbox/<uuid:pk>/html", pages.mail_html, name="mail-html"),
    path("_control/", include(controls)),
    path("checkout/<slug:access_code>", include(payer)),
    path("paystack/", include("devtools.sandbox.paystack.urls")),
    path("resend/", include("devtools.sandbox.resend.urls")),
    # The SDK joins its prefix and /v1_1/, so both a bare host and a path work as upload_prefix.
    path("cloudinary/", include(cloudinary.api)),
    path("cloudinary/res/", include(cloudinary.delivery)),
    path("", include(cloudinary.api)),
    path("", include(cloudinary.delivery)),
]
