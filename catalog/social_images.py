"""The pictures of shared links: drawn when a name or a first picture changed, kept under their content's hash.

Two columns of a product or bundle say which one it has, and a fingerprint of what it was drawn from. Where that is no
longer what the shop shows, it is drawn anew. Until then pages name the one before, or the photograph itself.
"""

import hashlib
import random
from typing import Any, TypeVar

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Case, CharField, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import MD5, Concat

from catalog import loose_files
from catalog.models import Bundle, Image, LooseFile, Product
from catalog.social_drawing import DESIGN, draw

T = TypeVar("T", Product, Bundle)
# A sweep leaves room for the uploads that share its queue: some seconds of drawing.
SWEPT_AT_ONCE = 40
# It only finds what a nudge has missed, so it looks through a stretch of a large shop: the whole within the hour.
LOOKED_THROUGH = 1_000

log = structlog.get_logger(__name__)


def renew_product(product_id: int) -> bool:
    """Draws it if it is due. Returns whether it now has another one; harmless twice and side by side.

    Works outside any transaction. What cannot be drawn at all is not tried again until name or picture change; a
    storage that is away is, by the next sweep.
    """
    return _renew(_described_products().filter(pk=product_id))


def renew_bundle(bundle_id: int) -> bool:
    """As renew_product."""
    return _renew(_described_bundles().filter(pk=bundle_id))


def renew_of_image(image_id: int) -> bool:
    """For the product or bundle that this picture belongs to, first or not. False for customers' pictures."""
    owner = Image.objects.filter(pk=image_id).values_list("variant__product_id", "bundle_id").first()
    product_id, bundle_id = owner or (None, None)
    if product_id is not None:
        return renew_product(product_id)
    return bundle_id is not None and renew_bundle(bundle_id)


def due_products(limit: int = SWEPT_AT_ONCE) -> list[int]:
    """Ids, in no order: one that always fails must not hold up the others."""
    return _due(_described_products(), limit)


def due_bundles(limit: int = SWEPT_AT_ONCE) -> list[int]:
    return _due(_described_bundles(), limit)


def _described_products() -> "QuerySet[Product]":
    shown = Image.objects.filter(variant__product=OuterRef("pk"), variant__active=True)
    first = shown.order_by("variant__position", "variant_id", "-is_primary", "position", "pk")
    return _described(Product.objects.filter(active=True).order_by(), first)


def _described_bundles() -> "QuerySet[Bundle]":
    shown = Image.objects.filter(bundle=OuterRef("pk"))
    return _described(Bundle.objects.filter(active=True).order_by(), shown.order_by("-is_primary", "position", "pk"))


def _described(rows: "QuerySet[T]", images: QuerySet[Image]) -> "QuerySet[T]":
    """With the first picture's `stem`, and `drawn_from`, the fingerprint that `social_of` should be."""
    ready = images.filter(state=Image.State.READY)
    parts = (Value(f"{DESIGN}|"), F("stem"), Value("|"), F("name"))
    drawn_from = Case(
        When(stem__isnull=True, then=Value("")),
        default=MD5(Concat(*parts, output_field=CharField())),
        output_field=CharField(),
    )
    return rows.annotate(stem=Subquery(ready.values("stem")[:1])).annotate(drawn_from=drawn_from)


def _due(rows: "QuerySet[T]", limit: int) -> list[int]:
    stretch = _stretch(rows.model._default_manager.order_by("pk").values_list("pk", flat=True))
    due = list(rows.filter(pk__in=stretch).exclude(social_of=F("drawn_from")).values_list("pk", flat=True))
    return random.sample(due, min(limit, len(due)))


def _stretch(ids: "QuerySet[Any, int]") -> list[int]:
    """LOOKED_THROUGH of them (all, if they are fewer), from a random one on; behind the last comes the first."""
    last = ids.last()
    if last is None:
        return []
    start = random.randrange(last)
    found = list(ids.filter(pk__gt=start)[:LOOKED_THROUGH])
    return found + list(ids.filter(pk__lte=start)[: LOOKED_THROUGH - len(found)])


def _renew(rows: "QuerySet[T]") -> bool:
    row = rows.exclude(social_of=F("drawn_from")).first()
    if row is None:
        return False
    stem, drawn_from = row.stem, row.drawn_from  # type: ignore[attr-defined]
    try:
        name = _stored(draw(_photograph(stem), row.name)) if stem else ""
    except (FileNotFoundError, ValueError) as error:  # its file is gone, or is no picture
        log.warning("social_image_given_up", row=str(row), error=f"{type(error).__name__}: {error}")
        name = ""
    except Exception:  # storage: may pass
        log.exception("social_image_failed", row=str(row))
        return False
    # Whoever was faster has drawn the same, or something newer.
    unchanged = type(row)._default_manager.filter(pk=row.pk, social_of=row.social_of)
    return bool(unchanged.update(social_image=name, social_of=drawn_from))


def _photograph(stem: str) -> bytes:
    """The largest JPEG: upright, in sRGB and without metadata already. Raises FileNotFoundError."""
    image = Image.objects.filter(stem=stem, state=Image.State.READY).first()
    jpegs = image.renditions.get("jpeg", {}) if image else {}
    if not jpegs:
        raise FileNotFoundError(stem)
    with default_storage.open(jpegs[max(jpegs, key=int)]) as file:
        content: bytes = file.read()
    return content


def _stored(content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()[:32]
    name = f"social/{digest[:2]}/{digest}.jpeg"
    loose_files.note(LooseFile.Kind.SOCIAL, name, [name])
    return name if default_storage.exists(name) else default_storage.save(name, ContentFile(content))
