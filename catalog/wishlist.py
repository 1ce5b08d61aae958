"""The wishlist: colours of products, found by the token of a guest or by the account, each of them once."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from catalog import detail
from catalog.currencies import NAIRA, Prices
from catalog.models import Product, Size, Variant, VariantSize, Wish, Wishlist
from catalog.models.wishes import new_token
from core.errors import Conflict, NotFound
from core.transactions import in_transaction

WISHES_MAX = 200
TOKEN_MAX, SKU_MAX = 40, 60
# As long as a guest's cookie, counted from the last change.
KEPT = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Entry:
    """A wish as it stands today. `product` and `variant` are as catalog.detail tells them; None when no longer sold."""

    id: int
    name: str
    colour: str
    sku: str
    """What puts it on a list: of the chosen size, else of the colour."""
    size: str
    added_at: Any
    product: dict[str, Any] | None
    variant: dict[str, Any] | None

    @property
    def chosen(self) -> dict[str, Any] | None:
        """The size that was chosen, if it is made still."""
        return next((row for row in self.sizes if row["size"] == self.size), None)

    @property
    def sizes(self) -> list[dict[str, Any]]:
        return list(self.variant["sizes"]) if self.variant else []

    @property
    def in_stock(self) -> list[dict[str, Any]]:
        return [row for row in self.sizes if row["in_stock"]]


def find(token: str | None) -> Wishlist | None:
    """The guest's list with this token; None for no token and an unknown one."""
    if not token or len(token) > TOKEN_MAX or "\0" in token:
        return None
    return Wishlist.objects.filter(token=token).first()


def of_account(user_id: int) -> Wishlist | None:
    return Wishlist.objects.filter(user_id=user_id).first()


def open_list(token: str | None = None, user_id: int | None = None) -> Wishlist:
    """The list of this account or guest, made where there is none."""
    if user_id is not None:
        return Wishlist.objects.get_or_create(user_id=user_id)[0]
    return find(token) or Wishlist.objects.create(token=new_token())


@in_transaction
def join(token: str, user_id: int) -> None:
    """The guest's list becomes part of the account's: the newest first, as far as there is room. Harmless twice."""
    guest = Wishlist.objects.select_for_update().filter(token=token).first()
    if guest is None:
        return
    own = _locked(open_list(user_id=user_id))
    have = set(own.wishes.values_list("variant_id", flat=True))
    new = [wish for wish in guest.wishes.order_by("-pk") if wish.variant_id not in have][: WISHES_MAX - len(have)]
    Wish.objects.bulk_create(
        Wish(wishlist=own, variant_id=wish.variant_id, size_id=wish.size_id) for wish in reversed(new)
    )
    guest.delete()


def put(wishlist: Wishlist | None, sku: str) -> Wishlist:
    """`add`, on a new guest's list where there is none. A refusal leaves no empty list behind."""
    with transaction.atomic():
        found = wishlist or open_list()
        add(found, sku)
    return found


@in_transaction
def add(wishlist: Wishlist, sku: str) -> Wish:
    """Puts a colour on the list, by its own sku or by that of one of its sizes, which is kept as the chosen one.

    Twice is once. Raises NotFound naming `sku`, Conflict for a full list.
    """
    variant, size = _meant(sku)
    _locked(wishlist)
    wish = Wish.objects.filter(wishlist=wishlist, variant=variant).first()
    if wish is None:
        if wishlist.wishes.count() >= WISHES_MAX:
            raise Conflict(
                f"Your wishlist holds {WISHES_MAX} pieces, and more do not fit. Take one out first.",
                code="wishlist_full",
                field="sku",
            )
        wish = Wish.objects.create(wishlist=wishlist, variant=variant, size=size)
    elif size is not None and wish.size_id != size.pk:
        wish.size = size
        wish.save(update_fields=["size"])
    wishlist.save(update_fields=["changed_at"])
    return wish


def remove(wishlist: Wishlist, wish_id: int) -> Entry:
    """Takes a wish out. Returns what it was, for the undo. Raises NotFound for one that is not on this list."""
    found = _entries(_wishes(wishlist).filter(pk=wish_id))
    if not found or not wishlist.wishes.filter(pk=wish_id).delete()[0]:
        raise NotFound("This is not on your wishlist any more.")
    return found[0]


def forget(wishlist: Wishlist, wish_id: int) -> None:
    """Takes a wish out, if it is on this list. Harmless twice."""
    wishlist.wishes.filter(pk=wish_id).delete()


def remove_sku(wishlist: Wishlist, sku: str) -> None:
    """The same by the sku of a colour or of one of its sizes. Harmless twice."""
    if len(sku) > SKU_MAX or "\0" in sku:
        return
    by_size = VariantSize.objects.filter(sku=sku).values("variant")
    wishlist.wishes.filter(variant__in=by_size).delete()
    wishlist.wishes.filter(variant__sku=sku).delete()


def entries(wishlist: Wishlist, prices: Prices = NAIRA) -> list[Entry]:
    """The whole list, the newest first. Three queries at any length."""
    return _entries(_wishes(wishlist), prices)


def marks(wishlist: Wishlist, most: int) -> list[str]:
    """Short marks of the newest colours on the list, for `mark_of`."""
    return [mark_of(sku) for sku in wishlist.wishes.order_by("-pk").values_list("variant__sku", flat=True)[:most]]


def mark_of(sku: str) -> str:
    """By this a page that is the same for everybody finds itself on somebody's list."""
    return f"{zlib.crc32(sku.encode()):08x}"


def forget_old() -> int:
    """Guests' lists that nobody came back to. Returns how many went."""
    left = Wishlist.objects.filter(user=None, changed_at__lt=Now() - KEPT)
    number = left.count()
    left.delete()
    return number


def _meant(sku: str) -> tuple[Variant, Size | None]:
    if len(sku) <= SKU_MAX and "\0" not in sku:
        size = VariantSize.objects.on_sale().filter(sku=sku).select_related("variant", "size").first()
        if size is not None:
            return size.variant, size.size
        variant = Variant.objects.filter(sku=sku, active=True, product__in=Product.objects.on_sale().order_by()).first()
        if variant is not None:
            return variant, None
    raise NotFound("The shop has no such piece. Choose one on the page of the product.", field="sku")


def _locked(wishlist: Wishlist) -> Wishlist:
    """So that the same wish, sent twenty times at once, is one. Raises NotFound for a list that went meanwhile."""
    locked = Wishlist.objects.select_for_update(no_key=True).filter(pk=wishlist.pk).first()
    if locked is None:
        raise NotFound("This wishlist has become part of another. Open it again.")
    return locked


def _wishes(wishlist: Wishlist) -> Any:
    return wishlist.wishes.select_related("variant__product", "variant__colour", "size").order_by("-pk")


def _entries(wishes: Sequence[Wish], prices: Prices = NAIRA) -> list[Entry]:
    wishes = list(wishes)
    sold = detail.variants({wish.variant_id for wish in wishes}, prices)
    return [_entry(wish, *sold.get(wish.variant.sku, (None, None))) for wish in wishes]


def _entry(wish: Wish, product: dict[str, Any] | None, variant: dict[str, Any] | None) -> Entry:
    size = wish.size.name if wish.size else ""
    rows = variant["sizes"] if variant else []
    chosen = next((row["sku"] for row in rows if row["size"] == size), wish.variant.sku)
    return Entry(
        id=wish.pk,
        name=wish.variant.product.name,
        colour=wish.variant.colour.name,
        sku=chosen,
        size=size,
        added_at=wish.created_at,
        product=product,
        variant=variant,
    )
