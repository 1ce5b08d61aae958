"""Orders are snapshots: nothing that changes later changes what was sold. A trigger keeps it so."""

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast, Concat, Length, Lower
from django.db.models.lookups import GreaterThanOrEqual
from django.urls import reverse
from django.utils import timezone
from django_countries.fields import CountryField

from catalog.models import Bundle, VariantSize
from core.email_addresses import EmailKey
from core.money import Money
from orders.models.bags import Bag, new_token


class NextOrderNumber(Concat):
    """`PR-100001` and on, from a sequence of the database: numbers may have gaps, but never a double."""

    def __init__(self) -> None:
        number = Func(Value("orders_order_number_seq"), function="nextval", output_field=models.BigIntegerField())
        super().__init__(Value("PR-"), Cast(number, models.CharField()))

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return "orders.models.orders.NextOrderNumber", [], {}


class Order(models.Model):
    class Status(models.TextChoices):
        PENDING_PAYMENT = "pending_payment", "Waiting for payment"
        PAID = "paid", "Paid"
        PACKED = "packed", "Packed"
        SHIPPED = "shipped", "Shipped"
        DELIVERED = "delivered", "Delivered"
        CANCELLED = "cancelled", "Cancelled"
        EXPIRED = "expired", "Expired"

    class PaymentStatus(models.TextChoices):
        UNPAID = "unpaid", "Unpaid"
        PAID = "paid", "Paid"
        REFUND_DUE = "refund_due", "Refund due"
        PARTLY_REFUNDED = "partly_refunded", "Partly refunded"
        REFUNDED = "refunded", "Refunded"
        DISPUTED = "disputed", "Disputed"

    class QuoteStatus(models.TextChoices):
        NOT_NEEDED = "not_needed", "Not needed"
        AWAITING = "awaiting", "Awaiting a quote"
        QUOTED = "quoted", "Quoted"
        PAID = "paid", "Paid"

    # Paid, and not in the customer's hands yet.
    ON_ITS_WAY = (Status.PAID, Status.PACKED, Status.SHIPPED)

    number = models.CharField(max_length=20, unique=True, db_default=NextOrderNumber(), editable=False)
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    bag = models.OneToOneField(Bag, models.PROTECT, null=True, blank=True, related_name="order")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="orders")

    email = models.EmailField()
    full_name = models.CharField(max_length=120)
    phone = models.CharField(max_length=20)
    country = CountryField()
    state = models.CharField(max_length=60, blank=True)
    area = models.CharField(max_length=60, blank=True)
    street = models.CharField(max_length=200)
    landmark = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=60, blank=True)
    postcode = models.CharField(max_length=16, blank=True)
    # Both empty: the invoice goes to the recipient (orders.billing).
    billing_name = models.CharField(max_length=120, blank=True, default="", db_default="")
    billing_address = models.CharField(max_length=300, blank=True, default="", db_default="")
    note = models.CharField(max_length=500, blank=True)
    # Of a guest (orders.unpaid): enough to count by where orders come from, and no address.
    ordered_from = models.CharField(max_length=32, blank=True, default="", db_default="", editable=False)

    # Set in orders.lifecycle only.
    status = models.CharField(max_length=16, choices=Status, default=Status.PENDING_PAYMENT)
    payment_status = models.CharField(max_length=16, choices=PaymentStatus, default=PaymentStatus.UNPAID)
    quote_status = models.CharField(max_length=12, choices=QuoteStatus, default=QuoteStatus.NOT_NEEDED)

    pay_on_delivery = models.BooleanField(
        default=False, db_default=False, help_text="Chosen at checkout: packed and sent unpaid, and paid at the door."
    )
    currency = models.CharField(max_length=3, default="NGN")
    exchange_rate = models.DecimalField(
        max_digits=14, decimal_places=6, null=True, blank=True, help_text="Naira for one unit of it, as it was then."
    )
    subtotal_subunit = models.BigIntegerField()
    discount_subunit = models.BigIntegerField(default=0)
    delivery_subunit = models.BigIntegerField(default=0)
    tax_subunit = models.BigIntegerField(default=0)
    total_subunit = models.BigIntegerField()
    zone_name = models.CharField(max_length=60, blank=True)
    # Empty: by the zone's own fee and days.
    delivery_method = models.CharField(max_length=40, blank=True, default="", db_default="")
    delivery_min_days = models.PositiveSmallIntegerField(null=True, blank=True)
    delivery_max_days = models.PositiveSmallIntegerField(null=True, blank=True)
    trace = models.JSONField(default=list, help_text="How the total was calculated, step by step.")

    hold_expires_at = models.DateTimeField(help_text="Until then the stock is kept; the database's clock decides.")
    hold_extensions = models.PositiveSmallIntegerField(default=0)
    placed_at = models.DateTimeField(default=timezone.now, editable=False)
    paid_at = models.DateTimeField(null=True, blank=True)
    packed_at = models.DateTimeField(null=True, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="When it was cancelled or expired.")
    erased_at = models.DateTimeField(null=True, blank=True, help_text="When its person was erased from it.")
    carrier = models.CharField(max_length=60, blank=True)
    tracking_number = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["-placed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    total_subunit=F("subtotal_subunit")
                    - F("discount_subunit")
                    + F("delivery_subunit")
                    + F("tax_subunit")
                ),
                name="order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(
                    subtotal_subunit__gte=0,
                    discount_subunit__gte=0,
                    delivery_subunit__gte=0,
                    tax_subunit__gte=0,
                    total_subunit__gte=0,
                    discount_subunit__lte=F("subtotal_subunit"),
                ),
                name="order_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(currency="NGN", exchange_rate__isnull=True)
                | Q(~Q(currency="NGN"), exchange_rate__isnull=False, exchange_rate__gt=0),
                name="order_has_the_rate_of_its_currency",
            ),
            models.CheckConstraint(condition=GreaterThanOrEqual(Length("token"), 22), name="order_token_is_long"),
            models.CheckConstraint(
                condition=Q(billing_name="", billing_address="") | ~(Q(billing_name="") | Q(billing_address="")),
                name="order_billing_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["pending_payment", "cancelled", "expired"])
                | Q(paid_at__isnull=False)
                | Q(pay_on_delivery=True, status__in=["packed", "shipped"]),
                name="order_past_payment_was_paid",
            ),
        ]
        indexes = [
            models.Index(
                fields=["hold_expires_at"], condition=Q(status="pending_payment"), name="order_unpaid_hold_idx"
            ),
            models.Index(fields=["status", "-placed_at"], name="order_status_newest_idx"),
            models.Index(fields=["email"], name="order_email_idx"),
            models.Index(Lower("email"), condition=Q(user__isnull=True), name="order_of_guest_idx"),
            models.Index(EmailKey("email"), condition=Q(status="pending_payment"), name="order_unpaid_email_idx"),
            models.Index(EmailKey("email"), condition=Q(paid_at__isnull=False), name="order_paid_email_idx"),
            models.Index(
                EmailKey("email"),
                condition=Q(pay_on_delivery=True, paid_at__isnull=True),
                name="order_owed_email_idx",
            ),
            models.Index(fields=["phone"], condition=Q(status="pending_payment"), name="order_unpaid_phone_idx"),
            models.Index(
                fields=["ordered_from"],
                condition=Q(status="pending_payment", user__isnull=True),
                name="order_unpaid_network_idx",
            ),
            models.Index(fields=["-placed_at"], name="order_newest_idx"),
        ]

    # Those that were written with it just now, in order, so that nobody has to read them back: they never change.
    written_lines: "list[OrderLine] | None" = None

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("orders:order", args=[self.token])

    def all_lines(self) -> "list[OrderLine]":
        """In the order in which they were written. One query, or none right after it was placed."""
        return self.written_lines or list(self.lines.order_by("pk"))

    @property
    def bill_to(self) -> tuple[str, ...]:
        """The lines of whom its invoice is for, where that is not the recipient; else none."""
        return (self.billing_name, *self.billing_address.splitlines()) if self.billing_name else ()

    @property
    def total(self) -> Money:
        return Money(self.total_subunit, self.currency)

    @property
    def cost_something(self) -> bool:
        """Its pieces, or the delivery of pieces that were free: what was paid by a link is not in the total."""
        return self.total_subunit > 0 or self.quote_status == self.QuoteStatus.PAID

    @property
    def is_paid_back(self) -> bool:
        """All that it cost is with the customer again. Of one that cost nothing a delivery's price may be."""
        return self.payment_status == self.PaymentStatus.REFUNDED and self.total_subunit > 0

    @property
    def has_ended(self) -> bool:
        """Cancelled or expired. Money that came late may still bring it back (payments.late_money)."""
        return self.closed_at is not None

    @property
    def is_payable(self) -> bool:
        """Still waiting for its money. Whether the hold has ended is for the database's clock to say."""
        return self.status == self.Status.PENDING_PAYMENT

    @property
    def told_status(self) -> str:
        """What people read: one that is paid at the door does not wait for its money, it waits to be packed."""
        return "To be packed" if self.is_payable and self.pay_on_delivery else str(self.get_status_display())

    @property
    def is_owed_at_the_door(self) -> bool:
        """To be paid when it is handed over, and neither paid nor ended yet."""
        under_way = (self.Status.PENDING_PAYMENT, self.Status.PACKED, self.Status.SHIPPED)
        return self.pay_on_delivery and self.paid_at is None and self.status in under_way


class OrderLine(models.Model):
    """A piece; or a bundle, whose components are lines of their own that point at it.

    Amounts of components are their shares of the bundle's price, so only pieces and bundles count towards the subtotal.
    """

    class Kind(models.TextChoices):
        PIECE = "piece"
        BUNDLE = "bundle"
        COMPONENT = "component"

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.PIECE)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="components")
    variant_size = models.ForeignKey(VariantSize, models.PROTECT, null=True, blank=True, related_name="+")
    bundle = models.ForeignKey(Bundle, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120)
    sku = models.CharField(max_length=140)
    colour = models.CharField(max_length=40, blank=True)
    size = models.CharField(max_length=10, blank=True)
    image_url = models.CharField(max_length=300, blank=True)
    unit_price_subunit = models.BigIntegerField()
    quantity = models.PositiveSmallIntegerField()
    total_subunit = models.BigIntegerField()
    discount_subunit = models.BigIntegerField(
        default=0,
        db_default=0,
        help_text="Its share of the order's discount: what was paid for it is the total less this.",
    )
    # Beside the snapshot: what goes out instead, where the customer took another size (orders.substitutes).
    instead = models.ForeignKey(VariantSize, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    instead_sku = models.CharField(max_length=140, blank=True, default="", db_default="")
    instead_size = models.CharField(max_length=10, blank=True, default="", db_default="")

    taken_back = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Pieces that were put back on sale before they left the shop."
    )
    refunded_kept = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Pieces whose money goes back although the customer keeps them."
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_line_of_one_or_more"),
            models.CheckConstraint(
                condition=Q(unit_price_subunit__gte=0, total_subunit=F("unit_price_subunit") * F("quantity")),
                name="order_line_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(discount_subunit__gte=0, discount_subunit__lte=F("total_subunit")),
                name="order_line_discount_within_total",
            ),
            models.CheckConstraint(
                condition=Q(taken_back__lte=F("quantity")), name="order_line_takes_back_what_it_has"
            ),
            models.CheckConstraint(
                condition=Q(kind="piece", parent__isnull=True, variant_size__isnull=False, bundle__isnull=True)
                | Q(kind="bundle", parent__isnull=True, variant_size__isnull=True, bundle__isnull=False)
                | Q(kind="component", parent__isnull=False, variant_size__isnull=False, bundle__isnull=True),
                name="order_line_kind_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(instead__isnull=True, instead_sku="")
                | (Q(instead__isnull=False, variant_size__isnull=False) & ~Q(instead_sku="")),
                name="order_line_instead_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name}"

    @property
    def unit_price(self) -> Money:
        return Money(self.unit_price_subunit, self.order.currency)

    @property
    def total(self) -> Money:
        return Money(self.total_subunit, self.order.currency)

    @property
    def goes_out_id(self) -> int:
        """The size whose pieces are sold for it. Not for bundles."""
        return self.instead_id or self.variant_size_id or 0

    @property
    def goes_out(self) -> VariantSize | None:
        return self.instead or self.variant_size

    @property
    def sent_size(self) -> str:
        return self.instead_size or self.size

    @property
    def told_size(self) -> str:
        return f"{self.instead_size} instead of {self.size}" if self.instead_size else self.size

    @property
    def told_sku(self) -> str:
        return self.instead_sku or self.sku

    @property
    def paid(self) -> Money:
        """What the customer gave for its pieces: the price less its share of the order's discount."""
        return Money(self.total_subunit - self.discount_subunit, self.order.currency)
