from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

from core.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("catalog", "0006_sale_changes")]

    operations = [
        AddIndexConcurrently(
            model_name="product",
            index=models.Index(
                condition=Q(("active", True), ("unpublish_at__isnull", False)),
                fields=["unpublish_at"],
                name="product_unpublished_idx",
            ),
        ),
        ValidateConstraint(model_name="product", name="product_compare_at_above_nought"),
        ValidateConstraint(model_name="product", name="product_unpublished_after_published"),
    ]
