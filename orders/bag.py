"""The bag: found by its token, changed line by line under its lock."""

from collections import Counter
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
from orders import contents, pricing
from orders.contents import Item
from orders.models import Bag, BagLine, BagPick
from orders.models.discounts import code_key

# One more than the largest bundle has: enough to be refused.
PICKS_READ = 13


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
    _lock(bag)
    bag.code = code_key(code)
    Bag.objects.filter(pk=bag.pk).update(code=bag.code, updated_at=Now())


@in_transaction
def add(bag: Bag, sku: str, quantity: int = 1) -> int:
    """Puts pieces of one size into the bag, on top of what it holds of it. Returns the line's id.

    Raises ShopError naming `sku` or `quantity`. Holds no stock: only placing the order does.
    """
    size = _size(sku, "sku")
    _check_quantity(quantity)
    _lock(bag)
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
    _check_quantity(quantity)
    # One too many is enough to be refused; nobody has the shop look up a thousand.
    sizes = [_size(sku, bundles.pick_field(index)) for index, sku in enumerate(skus[: bundle.pieces + 1])]
    bundles.check_picks(bundle, sizes)
    _lock(bag)
    key = bundles.key_of(sizes)
    line = BagLine.objects.filter(bag=bag, bundle=bundle, picks_key=key).first()
    line_id = _put(bag, line, quantity, {"bundle": bundle, "picks_key": key}, sizes, Money(bundle.price_kobo))
    if line is None:
        _write_picks(line_id, sizes)
    return line_id


def add_what_can_be_had(bag: Bag, name: str, skus: Sequence[str], quantity: int, bundle_slug: str = "") -> str:
    """Puts as many in as stock and limits allow; fewer are tried one by one, for a bag holds few.

    Returns a sentence about what did not come in, "" where everything did.
    """
    refusal = ""
    for count in range(quantity, 0, -1):
        try:
            if bundle_slug:
                add_bundle(bag, bundle_slug, skus, count)
            else:
                add(bag, skus[0], count)
        except ShopError as error:
            refusal = error.message
        else:
            return refusal and f"Of {name}, {count} of {quantity} came into your bag. {refusal}"
    return f"{name} did not come into your bag. {refusal}"


@in_transaction
def change_picks(bag: Bag, line_id: int, skus: Sequence[str], quantity: int | None = None) -> int:
    """Gives a bundle in the bag other pieces, and with `quantity` another number. Returns the line that holds them now.

    Pieces that another line of this bundle has already join that line. Raises as add_bundle does, and NotFound for a
    line that is not in this bag.
    """
    sizes = [_size(sku, bundles.pick_field(index)) for index, sku in enumerate(skus[:PICKS_READ])]
    _lock(bag)
    line = BagLine.objects.select_related("bundle").filter(bag=bag, pk=line_id).first()
    if line is None:
        raise NotFound("This line is not in your bag any more.")
    if line.bundle is None:
        raise ShopError("This line is a single piece, which has no picks.", code="no_bundle", field="picks")
    if not line.bundle.active:
        raise ShopError(f"{line.bundle.name} is no longer sold. Take it out.", code="unknown_bundle", field="bundle")
    bundles.check_picks(line.bundle, sizes)
    quantity = line.quantity if quantity is None else quantity
    key = bundles.key_of(sizes)
    twin = BagLine.objects.filter(bag=bag, bundle=line.bundle, picks_key=key).exclude(pk=line_id).first()
    total = quantity + (twin.quantity if twin else 0)
    _check_quantity(total)
    _check_stock(bag, sizes, quantity, without=line_id)
    if twin is not None:
        line.delete()
    else:
        line.picks.all().delete()
        _write_picks(line_id, sizes)
    kept = twin or line
    BagLine.objects.filter(pk=kept.pk).update(quantity=total, picks_key=key, seen_kobo=line.bundle.price_kobo)
    _touch(bag)
    return kept.pk


@in_transaction
def set_quantity(bag: Bag, line_id: int, quantity: int) -> None:
    """Raises ShopError naming `quantity`, NotFound for a line that is not in this bag."""
    _check_quantity(quantity)
    _lock(bag)
    line = _line(bag, line_id)
    _check_stock(bag, [part.size for part in line.parts], quantity - line.quantity, field="quantity")
    BagLine.objects.filter(pk=line_id, bag=bag).update(quantity=quantity, seen_kobo=line.unit.amount)
    _touch(bag)


@in_transaction
def remove(bag: Bag, line_id: int) -> Removed:
    """Takes a line out. Returns what it was, for the undo. Raises NotFound for a line that is not in this bag."""
    _lock(bag)
    line = _line(bag, line_id)
    BagLine.objects.filter(pk=line_id, bag=bag).delete()
    _touch(bag)
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


def _lock(bag: Bag) -> None:
    """Locks the bag; what was ordered meanwhile can no longer change."""
    locked = Bag.objects.select_for_update(of=("self",), no_key=True).get(pk=bag.pk)
    if locked.state != Bag.State.OPEN:
        raise NotFound("This bag has become an order. Start a new one.", code="bag_ordered")


def _touch(bag: Bag) -> None:
    bag.save(update_fields=["updated_at"])


def _size(sku: str, field: str) -> VariantSize:
    size = (
        VariantSize.objects.priced()
        .filter(sku=sku)
        .select_related("variant__product__category", "variant__colour", "size")
        .first()
        if "\0" not in sku
        else None
    )
    if size is None or not contents.is_on_sale(size):
        raise ShopError(
            f"There is no piece “{sku[:60]}” on sale. Choose a size again.", code="unknown_sku", field=field
        )
    return size


def _check_quantity(quantity: int) -> None:
    if isinstance(quantity, bool) or not isinstance(quantity, int) or not 1 <= quantity <= settings.BAG_LINE_MAX:
        raise ShopError(
            f"Choose a quantity from 1 to {settings.BAG_LINE_MAX}. For more, write to us.",
            code="quantity",
            field="quantity",
        )


def _write_picks(line_id: int, sizes: Sequence[VariantSize]) -> None:
    BagPick.objects.bulk_create(
        BagPick(line_id=line_id, variant_size=size, position=position) for position, size in enumerate(sizes)
    )


def _check_stock(
    bag: Bag, sizes: Sequence[VariantSize], more: int, without: int | None = None, field: str = ""
) -> None:
    """Refuses what stock cannot cover already now, counted over the whole bag, but for the line `without`.

    Of a bundle the last piece that needs too many is named, since the ones before it could still be had.
    """
    held = contents.wanted(item for item in contents.contents_of(bag) if item.line_id != without)
    wanted = held + Counter({size.pk: more * count for size, count in Counter(sizes).items()})
    for index, size in reversed(list(enumerate(sizes))):
        if more > 0 and size.available < wanted[size.pk]:
            named = field or ("quantity" if len(sizes) == 1 else bundles.pick_field(index))
            raise ShopError(_shortage(size, held[size.pk]), code="out_of_stock", field=named)


def _shortage(size: VariantSize, in_bag: int) -> str:
    name = f"{size.variant.product.name} in {size.variant.colour.name}, {size.size.name}"
    if size.available == 0:
        return f"{name} is sold out. Choose another size or colour."
    have = f", and {in_bag} of them are in your bag already" if in_bag > 0 else ""
    return f"Only {size.available} of {name} left{have}. Choose fewer."


def _put(
    bag: Bag,
    line: BagLine | None,
    quantity: int,
    what: dict[str, object],
    sizes: Sequence[VariantSize],
    price: Money,
) -> int:
    _check_stock(bag, sizes, quantity)
    if line is not None:
        _check_quantity(line.quantity + quantity)
        line.quantity += quantity
        line.seen_kobo = price.amount
        line.save(update_fields=["quantity", "seen_kobo"])
    else:
        if bag.lines.count() >= settings.BAG_LINES_MAX:
            raise ShopError("Your bag is full. Order these first.", code="bag_full", field="bag")
        line = BagLine.objects.create(bag=bag, quantity=quantity, seen_kobo=price.amount, **what)
    _touch(bag)
    return line.pk


def _line(bag: Bag, line_id: int) -> Item:
    for item in contents.contents_of(bag):
        if item.line_id == line_id:
            return item
    raise NotFound("This line is not in your bag any more.")
