"""One of the two uses of signals: whoever changes the catalogue through the ORM catches up after the commit."""

from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save

from catalog import freshness
from catalog.models import (
    Bundle,
    Category,
    Colour,
    Image,
    Product,
    Sale,
    SalePrice,
    Size,
    SizeGuide,
    SizeGuideRow,
    Variant,
    VariantSize,
    Video,
)
from catalog.models.shown import rows_changed

SHOWN = (
    *(Bundle, Category, Colour, Image, Product, Sale, SalePrice, Size, SizeGuide, SizeGuideRow),
    *(Variant, VariantSize, Video),
)


def connect() -> None:
    for model in SHOWN:
        post_save.connect(_changed, sender=model, dispatch_uid=f"saved {model.__name__}")
        post_delete.connect(_changed, sender=model, dispatch_uid=f"deleted {model.__name__}")
    m2m_changed.connect(_changed, sender=Bundle.eligible.through, dispatch_uid="bundle's products")
    rows_changed.connect(_changed, dispatch_uid="rows changed")


def _changed(**kwargs: Any) -> None:
    freshness.soon()
