from django.db import migrations, models

from core.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("catalog", "0007_unpublished_index"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="listingrow",
            index=models.Index(
                condition=models.Q(("is_new", True)),
                fields=["sold_out", "by_newest", "product"],
                name="listing_new_by_newest_idx",
            ),
        ),
    ]
