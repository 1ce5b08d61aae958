"""How bags, quotes and orders look, for the OpenAPI schema. They are built in orders.api.representation."""

from typing import Any

from rest_framework import serializers

from catalog.api.schema import MoneySchema, PictureSchema
from orders.models import Order, OrderLine, Return

WHAT_GOES_OUT = "What goes out: the size that the customer took instead, where the one that was ordered was gone."


class TotalsSchema(serializers.Serializer[Any]):
    subtotal = MoneySchema()
    discount = MoneySchema()
    delivery = MoneySchema()
    tax = MoneySchema()
    total = MoneySchema()


class NoticeSchema(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    line = serializers.IntegerField(allow_null=True, help_text="Id of the line that it is about; null: the whole bag.")


class PieceSchema(serializers.Serializer[Any]):
    sku = serializers.CharField()
    name = serializers.CharField()
    colour = serializers.CharField()
    size = serializers.CharField()
    share = MoneySchema(help_text="Of the price of one bundle. The shares of its pieces add up to it exactly.")


class BagLineSchema(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    sku = serializers.CharField(allow_null=True, help_text="Null for a bundle.")
    bundle = serializers.CharField(allow_null=True, help_text="Slug of a bundle; null for a piece.")
    name = serializers.CharField()
    colour = serializers.CharField(allow_null=True)
    size = serializers.CharField(allow_null=True)
    picks = PieceSchema(many=True, help_text="The pieces of a bundle.")
    quantity = serializers.IntegerField()
    unit_price = MoneySchema()
    compare_at = MoneySchema(allow_null=True, help_text="The former price of one, where it is above `unit_price`.")
    total = MoneySchema()
    saving = MoneySchema(help_text="Of a bundle, against its pieces bought singly today. Nought where there is none.")
    url = serializers.CharField()
    image = PictureSchema(allow_null=True)


class BagSchema(serializers.Serializer[Any]):
    token = serializers.CharField(help_text="Opens the bag: keep it like a key.")
    lines = BagLineSchema(many=True)
    totals = TotalsSchema(help_text="Before delivery; ask for a quote to know it.")
    notices = NoticeSchema(many=True, help_text="What changed, is sold out, or must be mended before ordering.")


class DiscountSchema(serializers.Serializer[Any]):
    name = serializers.CharField()
    code = serializers.CharField(allow_blank=True, help_text="Empty for an offer that every order gets.")
    worth = serializers.CharField(help_text="As in 10%, ₦2,000 or free delivery.")
    amount = MoneySchema(help_text="Off the goods.")
    delivery = MoneySchema(help_text="Off the delivery.")


class MethodSchema(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="To send as `delivery_method`.")
    fee = MoneySchema()
    min_days = serializers.IntegerField(help_text="Working days.")
    max_days = serializers.IntegerField(help_text="Working days.")


class DeliverySchema(serializers.Serializer[Any]):
    zone = serializers.CharField(allow_blank=True)
    method = serializers.CharField(allow_null=True, help_text="Which of `methods` is priced; null where it is quoted.")
    methods = MethodSchema(many=True, help_text="The cheapest first.")
    fee = MoneySchema()
    min_days = serializers.IntegerField(allow_null=True, help_text="Working days.")
    max_days = serializers.IntegerField(allow_null=True, help_text="Working days.")
    is_quoted = serializers.BooleanField(help_text="The fee is quoted after packing and paid before the parcel leaves.")
    free_from = MoneySchema(allow_null=True)
    tax_percent = serializers.CharField(help_text="As in 5 or 7.5: of the goods after discount, quoted or not.")


class QuotedMethodSchema(MethodSchema):
    price = MoneySchema(help_text="With the discounts: what `totals.delivery` is if it is chosen.")


class QuotedDeliverySchema(DeliverySchema):
    methods = QuotedMethodSchema(many=True, help_text="The cheapest first.")


class CoverageSchema(serializers.Serializer[Any]):
    place = serializers.CharField(help_text="As a person reads it.")
    delivery = DeliverySchema()


class StateSchema(serializers.Serializer[Any]):
    name = serializers.CharField()
    areas = serializers.ListField(child=serializers.CharField())


class PlacesSchema(serializers.Serializer[Any]):
    country = serializers.CharField()
    states = StateSchema(many=True)


class ZonePlaceSchema(serializers.Serializer[Any]):
    country = serializers.CharField(
        allow_blank=True, help_text="Empty: every country abroad that is in no zone by its name."
    )
    state = serializers.CharField(allow_blank=True, help_text="Empty: the whole country.")
    area = serializers.CharField(allow_blank=True, help_text="Empty: the whole state.")


class ZoneSchema(serializers.Serializer[Any]):
    name = serializers.CharField()
    is_quoted = serializers.BooleanField(help_text="It has no fee: each order's is quoted after packing.")
    fee = MoneySchema(allow_null=True, help_text="Null where it is quoted.")
    free_from = MoneySchema(allow_null=True)
    min_days = serializers.IntegerField(allow_null=True, help_text="Working days; null where it is quoted.")
    max_days = serializers.IntegerField(allow_null=True, help_text="Working days; null where it is quoted.")
    tax_percent = serializers.CharField(help_text="As in 5 or 7.5: of the goods after discount, quoted or not.")
    methods = MethodSchema(many=True, help_text="The zone's own, of the fee above, and then the others.")
    places = ZonePlaceSchema(many=True)


class QuoteSchema(serializers.Serializer[Any]):
    totals = TotalsSchema()
    discounts = DiscountSchema(many=True, help_text="What is in the total already; `trace` says why others are not.")
    delivery = QuotedDeliverySchema()
    pay_on_delivery = serializers.BooleanField(help_text="Whether the order may be paid at the door.")
    notices = NoticeSchema(many=True)
    trace = serializers.ListField(
        child=serializers.DictField(), help_text="How the total was calculated, step by step, in the subunit."
    )


class OrderPieceSchema(PieceSchema):
    id = serializers.IntegerField()
    sku = serializers.CharField(help_text=WHAT_GOES_OUT)


class OrderLineSchema(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField([OrderLine.Kind.PIECE, OrderLine.Kind.BUNDLE])
    sku = serializers.CharField(help_text=WHAT_GOES_OUT)
    name = serializers.CharField()
    colour = serializers.CharField(allow_blank=True)
    size = serializers.CharField(allow_blank=True)
    picks = OrderPieceSchema(many=True)
    quantity = serializers.IntegerField()
    unit_price = MoneySchema()
    total = MoneySchema()
    discount = MoneySchema(help_text="Its share of the order's discount: `total` less this was paid for it.")


class AddressSchema(serializers.Serializer[Any]):
    country = serializers.CharField()
    state = serializers.CharField(allow_blank=True)
    area = serializers.CharField(allow_blank=True)
    street = serializers.CharField()
    landmark = serializers.CharField(allow_blank=True)
    city = serializers.CharField(allow_blank=True)
    postcode = serializers.CharField(allow_blank=True)


class BillingSchema(serializers.Serializer[Any]):
    name = serializers.CharField()
    address = serializers.CharField(help_text="In free lines.")


class DeliveryPriceSchema(serializers.Serializer[Any]):
    amount = MoneySchema()
    note = serializers.CharField(allow_blank=True)
    expires_at = serializers.DateTimeField(
        allow_null=True, help_text="From then on it is not paid any more: another price comes. Null: it stays."
    )


class OrderDeliverySchema(serializers.Serializer[Any]):
    zone = serializers.CharField(allow_blank=True)
    method = serializers.CharField(allow_null=True, help_text="Null where it is quoted.")
    min_days = serializers.IntegerField(allow_null=True)
    max_days = serializers.IntegerField(allow_null=True)
    quote_status = serializers.ChoiceField(Order.QuoteStatus.choices)
    price = DeliveryPriceSchema(allow_null=True, help_text="Where staff priced it; paid apart from the total.")
    carrier = serializers.CharField(allow_blank=True)
    tracking_number = serializers.CharField(allow_blank=True)


class ParcelPieceSchema(serializers.Serializer[Any]):
    sku = serializers.CharField(help_text="What was sent, as in the `lines` of an order.")
    quantity = serializers.IntegerField()


class ParcelSchema(serializers.Serializer[Any]):
    carrier = serializers.CharField()
    tracking_number = serializers.CharField(allow_blank=True)
    shipped_at = serializers.DateTimeField()
    pieces = ParcelPieceSchema(many=True)


class ReturnLineSchema(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    line = serializers.IntegerField(help_text="Id of the order's line, or of one of a bundle's picks.")
    came_by = serializers.IntegerField(
        allow_null=True, help_text="Id of the line of an earlier return, where what comes back was got in exchange."
    )
    sku = serializers.CharField(help_text="What was sent and comes back, not what was ordered where that was gone.")
    quantity = serializers.IntegerField()
    size = serializers.CharField(allow_null=True, help_text="SKU of the size wanted instead.")


class ReturnSchema(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    kind = serializers.ChoiceField(Return.Kind.choices)
    state = serializers.ChoiceField(
        Return.State.choices,
        help_text="An exchange is closed as soon as its parcel is here; `sent_at` says when the other size left.",
    )
    reason = serializers.ChoiceField(Return.Reason.choices)
    answer = serializers.CharField(allow_blank=True, help_text="What the shop wrote.")
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True, help_text="When the other size left, in an exchange.")
    carrier = serializers.CharField(allow_blank=True)
    tracking_number = serializers.CharField(allow_blank=True)
    lines = ReturnLineSchema(many=True)


class ExpectedSchema(serializers.Serializer[Any]):
    earliest = serializers.DateField()
    latest = serializers.DateField()


class ProgressSchema(serializers.Serializer[Any]):
    placed_at = serializers.DateTimeField()
    paid_at = serializers.DateTimeField(allow_null=True)
    packed_at = serializers.DateTimeField(allow_null=True)
    shipped_at = serializers.DateTimeField(allow_null=True, help_text="When its last parcel left.")
    delivered_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True, help_text="When it was cancelled or expired.")
    expected = ExpectedSchema(allow_null=True, help_text="Between which days it should come, once it is paid.")
    is_late = serializers.BooleanField(help_text="On its way and past the last of these days.")


class RefundSchema(serializers.Serializer[Any]):
    amount = MoneySchema()
    state = serializers.ChoiceField(["started", "done"])
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class OrderNoticeSchema(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Such as pay, pay_delivery or late. Others may come.")
    message = serializers.CharField()


class MessageSchema(serializers.Serializer[Any]):
    text = serializers.CharField()
    created_at = serializers.DateTimeField()


class OrderSchema(ProgressSchema):
    number = serializers.CharField(help_text="For people, such as PR-100001. It opens nothing.")
    token = serializers.CharField(help_text="Opens the order: keep it like a key.")
    status = serializers.ChoiceField(Order.Status.choices)
    payment_status = serializers.ChoiceField(Order.PaymentStatus.choices)
    pay_on_delivery = serializers.BooleanField(help_text="Paid at the door: its hold does not end by itself.")
    hold_expires_at = serializers.DateTimeField(help_text="Until then the stock is kept for this order.")
    hold_extensions_left = serializers.IntegerField(help_text="How often the hold may still be extended.")
    email = serializers.EmailField()
    full_name = serializers.CharField()
    phone = serializers.CharField()
    address = AddressSchema()
    billing = BillingSchema(allow_null=True, help_text="Whom the invoice names; null: the recipient.")
    note = serializers.CharField(allow_blank=True)
    bank_account = serializers.CharField(
        allow_blank=True,
        help_text="Takes transfers for an unpaid order, which staff confirm; its number is the reference.",
    )
    lines = OrderLineSchema(many=True)
    totals = TotalsSchema()
    discounts = DiscountSchema(many=True)
    delivery = OrderDeliverySchema()
    returns = ReturnSchema(many=True)
    parcels = ParcelSchema(many=True, help_text="What left the shop so far. Several, where one did not hold all.")
    refunds = RefundSchema(many=True, help_text="Money that goes back or went.")
    notices = OrderNoticeSchema(many=True, help_text="What its customer has to know or do now, as its page says it.")
    messages = MessageSchema(many=True, help_text="What staff wrote to its customer, the newest first.")


class ListedOrderSchema(serializers.Serializer[Any]):
    number = serializers.CharField(help_text="For people, such as PR-100001. It opens nothing.")
    token = serializers.CharField(help_text="Opens the order: keep it like a key.")
    status = serializers.ChoiceField(Order.Status.choices)
    payment_status = serializers.ChoiceField(Order.PaymentStatus.choices)
    placed_at = serializers.DateTimeField()
    hold_expires_at = serializers.DateTimeField(allow_null=True, help_text="Of an unpaid order.")
    total = MoneySchema()


class MyOrdersSchema(serializers.Serializer[Any]):
    results = ListedOrderSchema(many=True)
    next = serializers.URLField(allow_null=True)


class TrackedLineSchema(serializers.Serializer[Any]):
    name = serializers.CharField()
    colour = serializers.CharField(allow_blank=True)
    size = serializers.CharField(allow_blank=True, help_text="The one that goes out.")
    quantity = serializers.IntegerField()


class TrackedAddressSchema(serializers.Serializer[Any]):
    country = serializers.CharField()
    state = serializers.CharField(allow_blank=True)
    area = serializers.CharField(allow_blank=True)
    city = serializers.CharField(allow_blank=True)


class TrackedSchema(ProgressSchema):
    number = serializers.CharField()
    status = serializers.ChoiceField(Order.Status.choices)
    payment_status = serializers.ChoiceField(Order.PaymentStatus.choices)
    hold_expires_at = serializers.DateTimeField(allow_null=True, help_text="Of an unpaid order.")
    name = serializers.CharField(help_text="First name and initial.")
    address = TrackedAddressSchema(help_text="As much as somebody may know who has no link.")
    lines = TrackedLineSchema(many=True, help_text="Pieces, those of bundles too.")
    parcels = ParcelSchema(many=True)
