"""The order of pictures, the first among them, and what each shows."""

from collections.abc import Sequence

from django.db import transaction

from catalog.models import Bundle, Image, Variant
from core.errors import NotFound, ShopError


def pictures_of(target: Variant | Bundle) -> list[Image]:
    """As staff order them; those on their way included."""
    return list(target.images.order_by("position", "id"))


@transaction.atomic
def reorder(target: Variant | Bundle, ids: Sequence[int]) -> None:
    """Puts the pictures into the order of `ids`; those not among them follow. Raises ShopError for others' ids."""
    pictures = {image.pk: image for image in target.images.select_for_update().order_by("position", "id")}
    if len(set(ids)) != len(ids) or not set(ids) <= set(pictures):
        raise ShopError("The pictures changed meanwhile. Open the page again, then order them.")
    rest = [pk for pk in pictures if pk not in set(ids)]
    for position, pk in enumerate([*ids, *rest], 1):
        if pictures[pk].position != position:
            pictures[pk].position = position
            pictures[pk].save(update_fields=["position", "updated_at"])


def move(target: Variant | Bundle, image_id: int, steps: int) -> None:
    """One place up (-1) or down (1); at the end nothing happens. Raises NotFound."""
    ids = [image.pk for image in pictures_of(target)]
    if image_id not in ids:
        raise NotFound("This picture is no longer there.")
    here = ids.index(image_id)
    there = min(max(here + steps, 0), len(ids) - 1)
    ids.insert(there, ids.pop(here))
    reorder(target, ids)


@transaction.atomic
def make_primary(target: Variant | Bundle, image_id: int) -> None:
    """The one that lists and links show. Raises NotFound."""
    pictures = list(target.images.select_for_update())
    if image_id not in {image.pk for image in pictures}:
        raise NotFound("This picture is no longer there.")
    # One after the other, for the database allows one at a time.
    for image in sorted(pictures, key=lambda image: image.pk == image_id):
        if image.is_primary != (image.pk == image_id):
            image.is_primary = not image.is_primary
            image.save(update_fields=["is_primary", "updated_at"])


def describe(target: Variant | Bundle, image_id: int, alt: str) -> None:
    """Changes the text alternative. Raises NotFound, and ShopError for an empty or a long one."""
    image = target.images.filter(pk=image_id).first()
    if image is None:
        raise NotFound("This picture is no longer there.")
    text = " ".join(alt.replace("\0", "").split())
    if not text or len(text) > 200:
        raise ShopError("Say in at most 200 characters what is to be seen.", field="alt")
    image.alt = text
    image.save(update_fields=["alt", "updated_at"])


def remove(target: Variant | Bundle, image_id: int) -> None:
    """Takes a picture out; its files go a day later. Raises NotFound."""
    image = target.images.filter(pk=image_id).first()
    if image is None:
        raise NotFound("This picture is no longer there.")
    image.delete()
