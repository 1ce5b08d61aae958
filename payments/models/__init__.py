from payments.models.differences import Difference
from payments.models.disputes import Dispute
from payments.models.events import ProviderEvent
from payments.models.payments import Payment
from payments.models.receipts import Receipt
from payments.models.refunds import Refund, RefundLine

__all__ = ["Difference", "Dispute", "Payment", "ProviderEvent", "Receipt", "Refund", "RefundLine"]
