from django.db import migrations, models
from django.db.models import Q

from core.concurrently import AddIndexConcurrently

SCOPES = {"": [], "cat_": ["category"], "dep_": ["department"]}


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("catalog", "0032_listings_in_dollars")]

    operations = [
        *(
            AddIndexConcurrently(
                model_name="listingrow",
                index=models.Index(
                    fields=[*scope, "sold_out", column, "product"], name=f"listing_{short}{column}_idx"
                ),
            )
            for short, scope in SCOPES.items()
            for column in ("by_usd", "by_usd_down")
        ),
        AddIndexConcurrently(
            model_name="listingrow",
            index=models.Index(
                condition=Q(("lowest_cents__isnull", False)), fields=["product"], name="listing_fixed_usd_idx"
            ),
        ),
    ]
