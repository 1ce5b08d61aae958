"""Proof that stock cannot be oversold: a rush of buyers for a few pieces, by the shop's own code on tables of its own.

The tables are empty copies, CHECKs and indexes included, in a schema that goes afterwards: PostgreSQL finds them first
on the search path of the buyers' connections, so no row of the shop is read or written.
"""

import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from unittest import mock

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import F, Sum

from catalog import stock
from catalog.models import Category, Colour, Product, Size, Variant, VariantSize
from catalog.stock import OutOfStock
from core import queue
from core.errors import ShopError
from orders import bag, checkout
from orders.checkout import Contact
from orders.delivery import Destination
from orders.models import Order, Reservation, Zone, ZoneArea

BUYERS_MAX = 1000
# Each buyer at work has a connection of his own, of which a database has a hundred or so for everybody.
AT_ONCE = 40
COPIED = ("catalog", "orders", "payments", "mailing", "core")
PLACE = Destination("NG", "Lagos", "Eti-Osa")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rush came to. `kept` is what open reservations add up to, `reserved` what the size says."""

    buyers: int
    pieces: int
    sold: int
    refused: int
    failed: tuple[str, ...]
    kept: int
    reserved: int

    @property
    def holds(self) -> bool:
        """Exactly the pieces were sold, everybody else was told so, and the counts agree."""
        right = min(self.buyers, self.pieces)
        return not self.failed and self.sold == self.kept == self.reserved == right

    @property
    def is_oversold(self) -> bool:
        return self.sold > self.pieces


def prove(buyers: int, pieces: int, *, guarded: bool = True) -> Verdict:
    """Lets `buyers` order one piece each, at once, of a size that has `pieces`.

    Without `guarded` the locks, the guarded update and the CHECK are taken away: the rush must oversell then, or it was
    too gentle to prove anything. Raises ShopError where a database cannot be asked like this.
    """
    if not 2 <= buyers <= BUYERS_MAX or not 1 <= pieces < buyers:
        raise ShopError(f"Choose 2 to {BUYERS_MAX} buyers, and fewer pieces than buyers.", field="buyers")
    if settings.DATABASES["default"].get("DISABLE_SERVER_SIDE_CURSORS"):
        raise ShopError(
            "A pooler lends connections from one client to the next, and with them the proof's own tables. Run this "
            "with DATABASE_URL of the database itself and DATABASE_BEHIND_POOLER=false.",
            field="DATABASE_URL",
        )
    # In a thread of its own: the caller's connection, and what it may have begun, stay as they are.
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(_prove, buyers, pieces, guarded).result()


def _prove(buyers: int, pieces: int, guarded: bool) -> Verdict:
    try:
        with _own_tables() as schema, ExitStack() as without:
            without.enter_context(mock.patch.object(queue, "_send"))  # no worker has anything to do with it
            size = _stocked(pieces)
            if not guarded:
                _take_guards_away(schema, without)
            told = _rush(size, buyers)
            size.refresh_from_db()
            kept = Reservation.objects.filter(state=Reservation.State.OPEN).aggregate(pieces=Sum("quantity"))["pieces"]
            return Verdict(
                buyers,
                pieces,
                sold=sum(isinstance(each, Order) for each in told),
                refused=sum(isinstance(each, OutOfStock) for each in told),
                failed=tuple(repr(each) for each in told if not isinstance(each, Order | OutOfStock)),
                kept=kept or 0,
                reserved=size.reserved,
            )
    finally:
        connection.close()


@contextmanager
def _own_tables() -> Iterator[str]:
    """Every connection that is opened within the block works on copies of the shop's tables. Gives their schema."""
    schema = f"prove_stock_{secrets.token_hex(4)}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {schema}")
    options = connection.settings_dict["OPTIONS"]
    before = options.get("options", "")
    try:
        with connection.cursor() as cursor:
            for model in (model for app in COPIED for model in apps.get_app_config(app).get_models(True, True)):
                if model._meta.managed and not model._meta.proxy:
                    table = model._meta.db_table
                    cursor.execute(f"CREATE TABLE {schema}.{table} (LIKE public.{table} INCLUDING ALL)")
            # The shop's own numbers are not used up.
            cursor.execute(f"CREATE SEQUENCE {schema}.orders_order_number_seq")
            cursor.execute(
                f"ALTER TABLE {schema}.orders_order ALTER COLUMN number "
                f"SET DEFAULT 'PROOF-' || nextval('{schema}.orders_order_number_seq')"
            )
        options["options"] = f"{before} -c search_path={schema},public".strip()
        connection.close()
        yield schema
    finally:
        options["options"] = before
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")


def _stocked(pieces: int) -> VariantSize:
    """One size with so many pieces, and a zone to send them to."""
    zone = Zone.objects.create(name="Proof", slug="proof", fee_kobo=100_000, min_days=1, max_days=2)
    ZoneArea.objects.create(zone=zone, country=PLACE.country, state=PLACE.state, area=PLACE.area)
    product = Product.objects.create(
        name="Proof",
        slug="proof",
        category=Category.objects.create(name="Proof", slug="proof"),
        base_price_kobo=1_000_000,
    )
    colour = Colour.objects.create(name="Black", slug="black", hex="#000000")
    variant = Variant.objects.create(product=product, colour=colour, sku="PROOF")
    size = Size.objects.create(name="M", position=1)
    return VariantSize.objects.create(variant=variant, size=size, sku="PROOF-M", on_hand=pieces)


def _rush(size: VariantSize, buyers: int) -> list[Order | Exception]:
    bags = [bag.open_bag() for _ in range(buyers)]
    for each in bags:
        bag.add(each, size.sku, 1)
    orders = [partial(checkout.place_order, each, _buyer(number), PLACE) for number, each in enumerate(bags)]
    gate = threading.Barrier(min(buyers, AT_ONCE))
    with ThreadPoolExecutor(gate.parties, initializer=gate.wait) as crowd:
        told = list(crowd.map(_told, orders))
        for _ in range(gate.parties):
            crowd.submit(_leave, gate)
    return told


def _leave(gate: threading.Barrier) -> None:
    """Once in each thread, for nobody passes the gate twice: its connection is closed."""
    connection.close()
    gate.wait(timeout=30)


def _told(order: Callable[[], Order]) -> Order | Exception:
    try:
        return order()
    except Exception as error:  # whatever it is, the verdict names it
        return error


def _buyer(number: int) -> Contact:
    return Contact(f"buyer{number}@proof.invalid", "A Buyer", f"+23480{number:08}", "1 Proof Street")


def _take_guards_away(schema: str, without: ExitStack) -> None:
    def read_only(sizes: dict[int, int]) -> list[VariantSize]:
        return list(stock._described(sizes))

    def unguarded(wanted: dict[int, int]) -> int:
        return VariantSize.objects.filter(pk__in=wanted).update(reserved=F("reserved") + stock._amount(wanted))

    without.enter_context(mock.patch.object(stock, "_lock", read_only))
    without.enter_context(mock.patch.object(stock, "_guarded_reserve", unguarded))
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {schema}.catalog_variantsize DROP CONSTRAINT reserved_within_on_hand")
