"""The address book of an account: places to send to, one of them the usual one, with which checkout begins."""

from dataclasses import asdict, dataclass, fields

from django.forms import model_to_dict

from accounts.models import Address, User
from core.errors import Conflict, NotFound
from core.transactions import in_transaction

MOST = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody wrote. Whether it is a place that the shop knows is seen before it comes here."""

    full_name: str
    phone: str
    country: str
    street: str
    state: str = ""
    area: str = ""
    landmark: str = ""
    city: str = ""
    postcode: str = ""


FIELDS = [field.name for field in fields(Entry)]


class BookFull(Conflict):
    code = "address_book_full"


def book_of(user: User) -> list[Address]:
    """The usual one first, then the newest."""
    return list(Address.objects.filter(user=user))


def get(user: User, address_id: int) -> Address:
    """Raises NotFound for an address that is not there, or somebody else's."""
    found = Address.objects.filter(user=user, pk=address_id).first()
    if found is None:
        raise NotFound("This address is not in your address book any more.")
    return found


def entry_of(address: Address) -> Entry:
    return Entry(**{**model_to_dict(address, fields=FIELDS), "country": str(address.country)})


@in_transaction
def add(user: User, entry: Entry, *, is_default: bool = False) -> Address:
    """Keeps an address; one that is there already is not kept twice. The first is the usual one. Raises BookFull."""
    _lock(user)
    book = book_of(user)
    same = [kept for kept in book if entry_of(kept) == entry]
    if not same and len(book) >= MOST:
        raise BookFull(f"Your address book holds {MOST} addresses, and no more. Delete one that you do not need.")
    kept = same[0] if same else Address.objects.create(user=user, **asdict(entry))
    if is_default or not book:
        _make_default(kept)
    return kept


@in_transaction
def change(user: User, address_id: int, entry: Entry, *, is_default: bool = False) -> Address:
    """Orders that went there keep what they say. Raises NotFound."""
    _lock(user)
    kept = get(user, address_id)
    for name, value in asdict(entry).items():
        setattr(kept, name, value)
    kept.save(update_fields=FIELDS)
    if is_default:
        _make_default(kept)
    return kept


@in_transaction
def make_default(user: User, address_id: int) -> None:
    """Raises NotFound."""
    _lock(user)
    _make_default(get(user, address_id))


@in_transaction
def remove(user: User, address_id: int) -> Address:
    """Where it was the usual one, the newest of the others is. Returns what it was, for the undo. Raises NotFound."""
    _lock(user)
    gone = get(user, address_id)
    gone.delete()
    others = book_of(user)
    if gone.is_default and others:
        _make_default(others[0])
    return gone


def _lock(user: User) -> None:
    """One change of a book at a time, and none in that of a person who was erased in the same moment."""
    mine = User.objects.select_for_update(of=("self",), no_key=True).filter(pk=user.pk, erased_at=None)
    if mine.first() is None:
        raise NotFound("This account is closed.")


def _make_default(address: Address) -> None:
    Address.objects.filter(user=address.user_id, is_default=True).exclude(pk=address.pk).update(is_default=False)
    Address.objects.filter(pk=address.pk).update(is_default=True)
    address.is_default = True
