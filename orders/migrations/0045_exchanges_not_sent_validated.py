from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models

from core.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("orders", "0044_exchanges_not_sent")]

    operations = [
        ValidateConstraint(model_name="returnline", name="return_line_stayed_whole"),
        AddIndexConcurrently(
            "returnline",
            models.Index(
                condition=models.Q(("stayed__isnull", False)), fields=["stayed"], name="return_line_stayed_idx"
            ),
        ),
    ]
