"""A sale that runs, one that is planned, and former prices, so that the demo shop shows them."""

from datetime import timedelta

from django.utils import timezone

from catalog import sale_planning
from catalog.models import Product, Sale
from core.money import parse
from devtools.demo.tables import rows


def load() -> int:
    """Returns how many sales there are. Harmless twice; products that were not loaded are left out."""
    for row in rows("former_prices"):
        Product.objects.filter(slug=row["product"]).update(compare_at_kobo=parse(row["former_naira"]).amount)
    for row in rows("sales"):
        products = list(Product.objects.filter(slug__in=row["products"].split()).values_list("pk", flat=True))
        if not products:
            continue
        now = timezone.now()
        sale, _ = Sale.objects.get_or_create(
            name=row["name"],
            defaults={
                "starts_at": now + timedelta(days=int(row["starts_in_days"])),
                "ends_at": now + timedelta(days=int(row["ends_in_days"])),
            },
        )
        basis_points = parse(row["percent"]).amount  # a hundredth of a per cent is a basis point
        seen = sale_planning.fingerprint(sale_planning.preview(products, basis_points))
        sale_planning.apply(sale.pk, products, basis_points, seen)
    return Sale.objects.count()
