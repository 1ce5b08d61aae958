from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models

from core.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("catalog", "0009_reviews")]

    operations = [
        AddIndexConcurrently(
            model_name="image",
            index=models.Index(condition=models.Q(("review__isnull", False)), fields=["review"], name="image_review_idx"),
        ),
        ValidateConstraint(model_name="image", name="image_of_one_owner"),
    ]
