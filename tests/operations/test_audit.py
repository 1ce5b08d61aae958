"""`manage.py audit_shop`: silent consent, or every breach by name."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Category, Colour, Product, Size, Variant, VariantSize
from payments import audit

pytestmark = pytest.mark.django_db


def test_a_shop_in_order_says_so() -> None:
    out = StringIO()
    call_command("audit_shop", stdout=out)
    assert out.getvalue() == "All invariants hold.\n"


@pytest.mark.breaks_invariants
def test_every_breach_is_named_and_the_command_fails() -> None:
    out = StringIO()
    pieces_that_nobody_received("RB-BLK-M", 5)
    with pytest.raises(CommandError, match="Broken invariants: 1"):
        call_command("audit_shop", stdout=out)
    assert out.getvalue() == "on hand is the sum of its movements: size RB-BLK-M (on hand 5, movements 0)\n"
    assert audit.violations() == [
        audit.Violation("on hand is the sum of its movements", "size RB-BLK-M", "on hand 5, movements 0")
    ]


def pieces_that_nobody_received(sku: str, count: int) -> VariantSize:
    category = Category.objects.create(name="Briefs of the audit", slug="briefs-of-the-audit")
    product = Product.objects.create(name="Brief", slug="brief-of-the-audit", category=category, base_price_kobo=100)
    colour = Colour.objects.create(name="Black of the audit", slug="black-of-the-audit", hex="#000000")
    variant = Variant.objects.create(product=product, colour=colour, sku="RB-BLK")
    size = Size.objects.create(name="audit", position=900)
    return VariantSize.objects.create(variant=variant, size=size, sku=sku, on_hand=count)
