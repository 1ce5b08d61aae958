"""The way of a sheet: sent, looked at, applied or let go; what nobody applies is forgotten after a day."""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import IntegrityError
from django.db.models.functions import Now
from django.utils import timezone

from catalog.models import SheetImport
from catalog.sheets import plans, tables
from catalog.sheets.applying import Outdated, apply
from catalog.sheets.kinds import KINDS, Kind
from catalog.sheets.opening import BYTES_MAX, open_sheet
from catalog.sheets.plans import Plan
from catalog.sheets.unreadable import Unreadable
from core.errors import NotFound, ShopError
from core.transactions import in_transaction

KEPT = timedelta(days=1)
NAME_MAX = 120


def kind_of(name: str) -> Kind:
    """Raises ShopError for a kind that there is not."""
    if name not in KINDS:
        raise ShopError(f"There is no kind of sheet {name!r}. Choose one of: {', '.join(KINDS)}.", field="kind")
    return KINDS[name]


def staff_id(email: str) -> int:
    """Whose name is to stand in the staff log. Raises NotFound where nobody of the staff has this address."""
    person = get_user_model()._default_manager.filter(email__iexact=email, is_staff=True).first()
    if person is None:
        raise NotFound(f"Nobody of the staff has the address {email!r}.", field="by")
    return int(person.pk)


def look(kind: str, content: bytes, name: str) -> Plan:
    """What a file would change, without keeping it. Raises Unreadable where it is no sheet."""
    return kind_of(kind).plan(open_sheet(content, name, kind_of(kind).columns))


def receive(kind: str, content: bytes, name: str, by_id: int | None = None) -> SheetImport:
    """Keeps what the file says, and changes nothing else. Raises Unreadable, keeping nothing, where it is no sheet."""
    table = open_sheet(content, name, kind_of(kind).columns)
    return SheetImport.objects.create(kind=kind, name=_shown(name), created_by_id=by_id, rows=table.pack())


def check_size(size: int) -> None:
    """Before the file is read into memory. Raises Unreadable."""
    if size > BYTES_MAX:
        raise Unreadable(f"The file is larger than {BYTES_MAX // 1024 // 1024} MB. Send it in parts.")


def find(pk: UUID, by_id: int | None) -> SheetImport:
    """One that was applied, or one's own that waits. Raises NotFound, also for somebody else's."""
    sheet = SheetImport.objects.filter(pk=pk).select_related("created_by").first()
    if sheet is None or (sheet.applied_at is None and sheet.created_by_id != by_id):
        raise NotFound("There is no such sheet of yours. One that is not applied is forgotten after a day.")
    return sheet


def preview(sheet: SheetImport) -> Plan:
    """What it would change in the catalogue as it is now. Changes nothing."""
    return kind_of(sheet.kind).plan(tables.unpack(bytes(sheet.rows or b"")))


def apply_sheet(pk: UUID, seen: str, by_id: int | None) -> SheetImport:
    """Applies it whole, or raises what catalog.sheets.applying does. One that is applied already is given back."""
    try:
        return _apply(pk, seen, by_id)
    except IntegrityError as error:
        # Somebody made the same product, colour or size in this very moment.
        raise Outdated from error


@in_transaction
def _apply(pk: UUID, seen: str, by_id: int | None) -> SheetImport:
    SheetImport.objects.select_for_update(no_key=True).filter(pk=pk).first()
    sheet = find(pk, by_id)
    if sheet.applied_at is not None:
        return sheet
    table = tables.unpack(bytes(sheet.rows or b""))
    plan = apply(kind_of(sheet.kind), table, seen, actor_id=by_id, note=f"Import of {sheet.name}")
    sheet.applied_at, sheet.rows, sheet.changes = timezone.now(), None, plans.pack(plan.changes)
    sheet.summary = plan.summary or "nothing"
    sheet.save()
    return sheet


def let_go(pk: UUID, by_id: int | None) -> None:
    """Somebody thinks better of it. Raises NotFound, also for one that was applied meanwhile."""
    if not SheetImport.objects.filter(pk=pk, created_by=by_id, applied_at=None).delete()[0]:
        raise NotFound("There is no such sheet of yours that waits. It may have been applied already.")


def forget_old() -> int:
    """Those that nobody applied within a day. Returns how many."""
    return SheetImport.objects.filter(applied_at=None, created_at__lt=Now() - KEPT).delete()[0]


def _shown(name: str) -> str:
    """For people's eyes: no path, no control characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if letter.isprintable())[:NAME_MAX] or "unnamed"
