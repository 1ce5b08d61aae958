from django.db import migrations, models

from core.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("payments", "0008_refunds")]

    operations = [
        AddIndexConcurrently(
            model_name="providerevent",
            index=models.Index(
                fields=["received_at"], condition=models.Q(state="review"), name="provider_event_review_idx"
            ),
        ),
    ]
