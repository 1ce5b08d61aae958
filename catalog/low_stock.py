"""What is nearly sold out, told to the staff once, and again when it is low again."""

from django.conf import settings
from django.urls import reverse

from catalog.models import VariantSize
from mailing import staff

KIND = "staff-low-stock"


def tell() -> int:
    """Returns how many sizes are told of."""
    sizes = VariantSize.objects.low().select_related("variant__product", "variant__colour", "size").order_by("pk")
    standing = {f"size/{size.pk}": _said(size) for size in sizes}
    address = f"{settings.SITE_URL}{reverse('admin:catalog_variantsize_changelist')}?stock=low"
    return staff.tell_news(KIND, standing, admin_url=address)


def _said(size: VariantSize) -> str:
    product, colour = size.variant.product, size.variant.colour
    return f"{product.name}, {colour.name}, {size.size.name} ({size.sku}): {size.on_hand - size.reserved} left"
