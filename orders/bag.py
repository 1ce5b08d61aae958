"""The bag: found by its token, changed line by line under its lock."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models.functions import Now

from accounts.models import User
from catalog import bundles
from catalog.models import Bundle, VariantSize
from catalog.pricing import price_of
from core.errors import NotFound, ShopError
from core.money import Money
from core.transactions import in_transaction
from orders import bag_rows, contents, pricing
from orders.contents import Item
from orders.models import Bag, BagLine
from orders.models.discounts import code_key


@dataclass(frozen=True)
class Removed:
    """What was taken out, so that it can be put back."""

    name: str
    skus: list[str]
    quantity: int
    bundle: str = ""


def find(token: str | None) -> Bag | None:
    """The open bag with this token; None for no token, an unknown one, and a bag that became an order."""
    return Bag.objects.filter(token=token, state=Bag.State.OPEN).first() if _is_readable(token) else None


def get(token: str) -> Bag:
    """The open bag with this token. Raises NotFound, which never says whether it was ever there."""
    bag = find(token)
    if bag is None:
        raise NotFound("There is no such bag. It may have become an order, or be too old. Start a new one.")
    return bag


def open_bag(token: str | None = None, user: User | None = None) -> Bag:
    """The bag of this browser or customer, made where there is none."""
    bag = find(token)
    if bag is not None:
        return bag
    if user is not None:
        return Bag.objects.get_or_create(user=user, state=Bag.State.OPEN)[0]
    return Bag.objects.create()


def of_account(user: User) -> Bag | None:
    """The open bag of this customer, on whatever device it was filled."""
    return Bag.objects.filter(user=user, state=Bag.State.OPEN).first()


def view(bag: Bag, currency: str = "NGN") -> pricing.Quote:
    """The bag with prices, totals before delivery, and notices."""
    return pricing.quote(bag, None, currency=currency)


@in_transaction
def set_code(bag: Bag, code: str) -> None:
    """Keeps a discount code with the bag; none with "". Whether it takes anything off is for a quote to say."""
    bag_rows.lock(bag)
    bag.code = code_key(code)
    Bag.objects.filter(pk=bag.pk).update(code=bag.code, updated_at=Now())


@in_transaction
def add(bag: Bag, sku: str, quantity: int = 1) -> int:
    """Puts pieces of one size into the bag, on top of what it holds of it. Returns the line's id.

    Raises ShopError naming `sku` or `quantity`. Holds no stock: only placing the order does.
    """
    size = bag_rows.size_on_sale(sku, "sku")
    bag_rows.check_quantity(quantity)
    bag_rows.lock(bag)
    line = BagLine.objects.filter(bag=bag, variant_size=size).first()
    return _put(bag, line, quantity, {"variant_size": size}, [size], price_of(size))


@in_transaction
def add_bundle(bag: Bag, bundle_slug: str, skus: Sequence[str], quantity: int = 1) -> int:
    """Puts a bundle with its picks into the bag; the same picks in another order are the same line. Returns its id.

    Raises ShopError naming `bundle`, `picks`, the pick at fault (`picks.1.sku`) or `quantity`.
    """
    bundle = Bundle.objects.filter(slug=bundle_slug, active=True).first() if "\0" not in bundle_slug else None
    if bundle is None:
        raise ShopError(
            f"There is no bundle “{bundle_slug[:60]}”. Choose one from the list.", code="unknown_bundle", field="bundle"
        )
    bag_rows.check_quantity(quantity)
    # One too many is enough to be refused; nobody has the shop look up a thousand.
    sizes = [
        bag_rows.size_on_sale(sku, bundles.pick_field(index)) for index, sku in enumerate(skus[: bundle.pieces + 1])
    ]
    bundles.check_picks(bundle, sizes)
    bag_rows.lock(bag)
    key = bundles.key_of(sizes)
    line = BagLine.objects.filter(bag=bag, bundle=bundle, picks_key=key).first()
    line_id = _put(bag, line, quantity, {"bundle": bundle, "picks_key": key}, sizes, Money(bundle.price_kobo))
    if line is None:
        bag_rows.write_picks(line_id, sizes)
    return line_id


def add_what_can_be_had(bag: Bag, name: str, skus: Sequence[str], quantity: int, bundle_slug: str = "") -> str:
    """Puts as many in as stock and limits allow: after a refusal the number that it leaves, which is always smaller.

    Returns a sentence about what did not come in, "" where everything did.
    """
    refusal, count = "", quantity
    while count:
        try:
            if bundle_slug:
                add_bundle(bag, bundle_slug, skus, count)
            else:
                add(bag, skus[0], count)
        except bag_rows.TooMany as error:
            refusal, count = error.message, error.possible
        except ShopError as error:
            refusal, count = error.message, 0
        else:
            return refusal and f"Of {name}, {count} of {quantity} came into your bag. {refusal}"
    return f"{name} did not come into your bag. {refusal}"


@in_transaction
def set_quantity(bag: Bag, line_id: int, quantity: int) -> None:
    """Raises ShopError naming `quantity`, NotFound for a line that is not in this bag."""
    bag_rows.check_quantity(quantity)
    bag_rows.lock(bag)
    line = _line(bag, line_id)
    bag_rows.check_stock(bag, [part.size for part in line.parts], quantity - line.quantity, field="quantity")
    BagLine.objects.filter(pk=line_id, bag=bag).update(quantity=quantity, seen_kobo=line.unit.amount)
    bag_rows.touch(bag)


@in_transaction
def remove(bag: Bag, line_id: int) -> Removed:
    """Takes a line out. Returns what it was, for the undo. Raises NotFound for a line that is not in this bag."""
    bag_rows.lock(bag)
    line = _line(bag, line_id)
    BagLine.objects.filter(pk=line_id, bag=bag).delete()
    bag_rows.touch(bag)
    skus = [part.size.sku for part in line.parts]
    return Removed(line.name, skus, line.quantity, line.bundle.slug if line.bundle else "")


def count(token: str | None, user: User | None = None) -> int:
    """Pieces and bundles in the customer's bag, or in a guest's with this token, for the figure in the header."""
    if user is None and not _is_readable(token):
        return 0
    whose = {"bag__user": user} if user else {"bag__user": None, "bag__token": token}
    return sum(BagLine.objects.filter(bag__state=Bag.State.OPEN, **whose).values_list("quantity", flat=True))


def _is_readable(token: str | None) -> bool:
    return bool(token) and len(str(token)) <= 40 and "\0" not in str(token)


def _put(
    bag: Bag,
    line: BagLine | None,
    quantity: int,
    what: dict[str, object],
    sizes: Sequence[VariantSize],
    price: Money,
) -> int:
    bag_rows.check_stock(bag, sizes, quantity)
    if line is not None:
        bag_rows.check_quantity(quantity, line.quantity)
        line.quantity += quantity
        line.seen_kobo = price.amount
        line.save(update_fields=["quantity", "seen_kobo"])
    else:
        if bag.lines.count() >= settings.BAG_LINES_MAX:
            raise ShopError("Your bag is full. Order these first.", code="bag_full", field="bag")
        line = BagLine.objects.create(bag=bag, quantity=quantity, seen_kobo=price.amount, **what)
    bag_rows.touch(bag)
    return line.pk


def _line(bag: Bag, line_id: int) -> Item:
    for item in contents.contents_of(bag):
        if item.line_id == line_id:
            return item
    raise NotFound("This line is not in your bag any more.")
