"""Rows for tests, each whole and on sale unless it is told otherwise."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import User
from catalog import stock
from catalog.models import (
    Bundle,
    Category,
    Colour,
    ExchangeRate,
    Product,
    Sale,
    SalePrice,
    Size,
    StockMovement,
    Variant,
    VariantSize,
)
from mailing import outbox
from mailing.models import OutgoingMail
from orders import bag, checkout, events, lifecycle
from orders.delivery import Destination
from orders.models import Bag, DeliveryMethod, Discount, Order, Zone, ZoneArea
from payments import refunds, settlement
from payments.models import Payment, Refund
from payments.paystack import Transaction

# Where tests number lines that no order has: far beyond the ids of real ones, whose sequence goes on from test to test.
LINES_OF_NO_ORDER = 1_000_000_000


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@prechi.test")
    full_name = "Ada Obi"
    password = factory.LazyFunction(lambda: make_password("a-long-password"))


class StaffFactory(UserFactory):
    is_staff = True
    is_superuser = True


class CategoryFactory(DjangoModelFactory[Category]):
    class Meta:
        model = Category

    name = factory.Sequence(lambda n: f"Category {n}")
    slug = factory.Sequence(lambda n: f"category-{n}")


class ColourFactory(DjangoModelFactory[Colour]):
    class Meta:
        model = Colour
        django_get_or_create = ("slug",)

    name = factory.LazyAttribute(lambda colour: colour.slug.title())
    slug = factory.Iterator(["black", "white", "navy", "olive"])
    hex = "#1E1E1E"


class SizeFactory(DjangoModelFactory[Size]):
    class Meta:
        model = Size
        django_get_or_create = ("name",)

    name = "M"
    position = factory.LazyAttribute(lambda size: ["XS", "S", "M", "L", "XL", "2XL"].index(size.name))


class ProductFactory(DjangoModelFactory[Product]):
    class Meta:
        model = Product

    name = factory.Sequence(lambda n: f"Everyday Brief {n}")
    slug = factory.Sequence(lambda n: f"everyday-brief-{n}")
    category = factory.SubFactory(CategoryFactory)
    base_price_kobo = 850_000
    publish_at = factory.LazyFunction(timezone.now)


class VariantFactory(DjangoModelFactory[Variant]):
    class Meta:
        model = Variant

    product = factory.SubFactory(ProductFactory)
    colour = factory.SubFactory(ColourFactory, slug="black")
    sku = factory.Sequence(lambda n: f"PRC-{n:05d}-BLK")


class VariantSizeFactory(DjangoModelFactory[VariantSize]):
    """`on_hand=5` stocks it through the ledger, as the shop would."""

    class Meta:
        model = VariantSize
        skip_postgeneration_save = True

    variant = factory.SubFactory(VariantFactory)
    size = factory.SubFactory(SizeFactory)
    sku = factory.LazyAttribute(lambda row: f"{row.variant.sku}-{row.size.name}")

    @factory.post_generation
    def on_hand(self: VariantSize, create: bool, pieces: int | None, **kwargs: Any) -> None:  # type: ignore[misc]
        pieces = 10 if pieces is None else pieces
        if create and pieces:
            stock.adjust(self.pk, pieces, StockMovement.Reason.RECEIVED)
        self.refresh_from_db()


class SaleFactory(DjangoModelFactory[Sale]):
    """Running since yesterday, for a day yet."""

    class Meta:
        model = Sale

    name = "Black Friday"
    starts_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    ends_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=1))


class SalePriceFactory(DjangoModelFactory[SalePrice]):
    """`product=` for the whole of it, `variant_size=` as well for one size."""

    class Meta:
        model = SalePrice

    sale = factory.SubFactory(SaleFactory)
    product = factory.SubFactory(ProductFactory)
    price_kobo = 700_000


class BundleFactory(DjangoModelFactory[Bundle]):
    class Meta:
        model = Bundle
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Any 3 briefs {n}")
    slug = factory.Sequence(lambda n: f"any-3-briefs-{n}")
    price_kobo = 2_000_000
    pieces = 3

    @factory.post_generation
    def eligible(self: Bundle, create: bool, products: list[Product] | None, **kwargs: Any) -> None:  # type: ignore[misc]
        if create and products:
            self.eligible.set(products)


def dollar_rate(naira: str = "1500", **columns: Any) -> ExchangeRate:
    """From now on, to the cent; the first one since an hour ago."""
    since = {} if ExchangeRate.objects.exists() else {"starts_at": timezone.now() - timedelta(hours=1)}
    return ExchangeRate.objects.create(naira=Decimal(naira), **{"round_up_to": 1, **since, **columns})


class ZoneFactory(DjangoModelFactory[Zone]):
    class Meta:
        model = Zone
        django_get_or_create = ("slug",)

    name = factory.LazyAttribute(lambda zone: zone.slug.replace("-", " ").title())
    slug = "lagos-island"
    fee_kobo = 400_000
    min_days = 3
    max_days = 5


class DiscountFactory(DjangoModelFactory[Discount]):
    """A tenth off for whoever has the code; with `code=""` for everybody."""

    class Meta:
        model = Discount
        skip_postgeneration_save = True

    name = "A tenth off"
    code = "TENTH"
    kind = Discount.Kind.PERCENTAGE
    basis_points = factory.LazyAttribute(lambda row: 1_000 if row.kind == Discount.Kind.PERCENTAGE else 0)

    @factory.post_generation
    def categories(self: Discount, create: bool, categories: list[Category] | None, **kwargs: Any) -> None:  # type: ignore[misc]
        if create and categories:
            self.categories.set(categories)


LAGOS_ISLAND = Destination("NG", "Lagos", "Eti-Osa")
ADA = checkout.Contact(
    email="ada@prechi.test", full_name="Ada Obi", phone="+2348031234567", street="12 Admiralty Way", landmark="Lekki"
)


def buyer(number: int) -> checkout.Contact:
    """Somebody else for each number."""
    return replace(ADA, email=f"buyer{number}@prechi.test", phone=f"+23480{number:08}")


class DeliveryMethodFactory(DjangoModelFactory[DeliveryMethod]):
    class Meta:
        model = DeliveryMethod

    zone = factory.SubFactory(ZoneFactory)
    name = "Express"
    fee_kobo = 750_000
    min_days = 1
    max_days = 2


def lagos() -> Zone:
    """A zone for Lagos Island with its fee of ₦4,000."""
    zone = ZoneFactory()
    ZoneArea.objects.get_or_create(country="NG", state="Lagos", area="Eti-Osa", defaults={"zone": zone})
    return zone


def bag_with(*pieces: tuple[VariantSize, int]) -> Bag:
    """An open guest's bag with these sizes and quantities, put in as a customer does."""
    new = bag.open_bag()
    for size, quantity in pieces:
        bag.add(new, size.sku, quantity)
    return new


def placed_order(*pieces: tuple[VariantSize, int], **options: Any) -> Order:
    """An unpaid order to Lagos Island; without `pieces` it is of one new size."""
    lagos()
    return checkout.place_order(bag_with(*(pieces or [(VariantSizeFactory(), 1)])), ADA, LAGOS_ISLAND, **options)


def paid(order: Order) -> Order:
    """The same order, its money taken as Paystack would tell it."""
    payment = Payment.objects.create(
        order=order, reference=f"PAID-{order.pk}", amount_subunit=order.total_subunit, currency=order.currency
    )
    amount = order.total_subunit
    word = Transaction(
        order.pk, payment.reference, "success", amount, amount, order.currency, "test", "card", 0, timezone.now(), ""
    )
    settlement.record_money(payment.pk, word)
    order.refresh_from_db()
    return order


def given_by_hand(refund: Refund) -> Refund:
    """The same refund, its money sent by staff where Paystack could not."""
    Refund.objects.filter(pk=refund.pk).update(state=Refund.State.NEEDS_ATTENTION)
    return refunds.given_by_hand(refund.pk, events.SYSTEM, "By transfer")


def letter(kind: str) -> OutgoingMail:
    """The one mail of this kind, as it goes out."""
    return outbox.compose(OutgoingMail.objects.get(kind=kind))


def delivered(order: Order) -> Order:
    """A paid order, packed, shipped and handed over: its invitations to review are out."""
    lifecycle.pack(order.pk, events.SYSTEM)
    lifecycle.ship(order.pk, events.SYSTEM, "GIG")
    return lifecycle.deliver(order.pk, events.SYSTEM)


def delivered_order(*pieces: tuple[VariantSize, int], **options: Any) -> Order:
    return delivered(paid(placed_order(*pieces, **options)))
