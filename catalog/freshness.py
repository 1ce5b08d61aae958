"""After every change of the catalogue: lists are brought up to date, and what the cache kept of it is forgotten.

Triggers note each change in the transaction that makes it. Whoever commits one catches up at once, and so does a page
that meets changes that wait, as long as they are few. A sweep does the rest: imports, psql, lost processes.
"""

from django.db import connection, transaction

from catalog import cache, listing_rows, stamps
from catalog.models import Bundle, CatalogueChange, Product
from core.prepared import Prepared

FORGOTTEN_AT_ONCE = 2_000
_WAITING = Prepared(lambda: CatalogueChange.objects.order_by().only("pk")[:1])


def soon() -> None:
    """Catches up when the running transaction has committed, as far as that is quick: somebody waits for an answer."""
    transaction.on_commit(catch_up_if_few, robust=True)


def catch_up() -> int:
    """Applies what changed and forgets it. Returns how many changes there were; harmless twice and side by side."""
    if not CatalogueChange.objects.exists():
        return 0
    listing_rows.apply_changes()
    forgotten = 0
    while done := _forget_batch():
        forgotten += done
    return forgotten


def catch_up_if_few() -> int:
    """The same in a request. Changes of more products than listing_rows.FEW are left to the sweep, for a customer would
    wait minutes for the rows of a whole import; of what has its rows one batch is forgotten."""
    if not _WAITING.all():
        return 0
    listing_rows.apply_changes(limit=listing_rows.FEW)
    return _forget_batch()


def _forget_batch() -> int:
    """A change is deleted only when the cache has forgotten it: of one whose process died, or that Redis did not hear
    of, it is told later. Nothing is read before Redis answers, for while it is away this is asked again and again."""
    if stamps.now() is None:
        return 0
    changes = list(CatalogueChange.objects.filter(applied=True).order_by("id")[:FORGOTTEN_AT_ONCE])
    if not changes:
        return 0
    products = {change.product_id for change in changes if change.product_id}
    bundles = {change.bundle_id for change in changes if change.bundle_id}
    slugs = {*Product.objects.filter(pk__in=products).values_list("slug", flat=True)}
    slugs |= {change.slug for change in changes if change.slug and change.product_id}
    # A size of a product is shown by the bundles that it may be picked for.
    shown_by = Bundle.objects.filter(pk__in=bundles) | Bundle.objects.filter(eligible__in=products)
    bundle_slugs = {*shown_by.values_list("slug", flat=True)}
    bundle_slugs |= {change.slug for change in changes if change.slug and not change.product_id}
    # Whoever built a page between the change and this line has read the number that stood before.
    _move_on()
    # A change of neither is of a category, a size guide or a fee: they stand on more pages than are worth naming.
    everywhere = any(not (change.product_id or change.bundle_id) for change in changes)
    if not cache.forget_committed(slugs, bundle_slugs, everything=everywhere):
        return 0
    CatalogueChange.objects.filter(pk__in=[change.pk for change in changes]).delete()
    return len(changes)


def _move_on() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('catalog_cataloguechange_id_seq')")
