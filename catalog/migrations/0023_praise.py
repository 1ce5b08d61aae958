from django.db import migrations, models

from core.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    """The newest good reviews, for the first page, however many others there are."""

    atomic = False
    dependencies = [("catalog", "0022_sheets")]

    operations = [
        AddIndexConcurrently(
            "review",
            models.Index(
                fields=["-id"], condition=models.Q(state="approved", stars__gte=4), name="review_praise_idx"
            ),
        )
    ]
