"""One of the two uses of signals: what staff change in the catalogue is forgotten by the cache after the commit."""

from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save

from catalog import cache
from catalog.models import Bundle, Category, Colour, Image, Product, Size, Variant, VariantSize

SHOWN = (Bundle, Category, Colour, Image, Product, Size, Variant, VariantSize)


def connect() -> None:
    for model in SHOWN:
        post_save.connect(_changed, sender=model, dispatch_uid=f"forget saved {model.__name__}")
        post_delete.connect(_changed, sender=model, dispatch_uid=f"forget deleted {model.__name__}")
    m2m_changed.connect(_changed, sender=Bundle.eligible.through, dispatch_uid="forget bundle's products")


def _changed(**kwargs: Any) -> None:
    cache.forget_everything()
