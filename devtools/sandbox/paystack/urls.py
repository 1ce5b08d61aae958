from django.urls import path, re_path

from devtools.sandbox.paystack import initialize, refunds, transactions
from devtools.sandbox.paystack.answers import by_method, unknown_path

urlpatterns = [
    path("transaction/initialize", by_method(POST=initialize.initialize)),
    path("transaction/verify/<str:reference>", by_method(GET=transactions.verify)),
    path("transaction", by_method(GET=transactions.list_transactions)),
    path("transaction/<str:identifier>", by_method(GET=transactions.fetch)),
    path("refund", by_method(POST=refunds.create, GET=refunds.list_refunds)),
    path("refund/<str:identifier>", by_method(GET=refunds.fetch)),
    path("refund/retry_with_customer_details/<str:identifier>", by_method(POST=refunds.retry)),
    path(
        "integration/payment_session_timeout",
        by_method(GET=transactions.read_timeout, PUT=transactions.set_timeout),
    ),
    re_path("", unknown_path),
]
