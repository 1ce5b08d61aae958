from django.db import migrations, models

from core.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("payments", "0002_promises")]

    operations = [
        AddIndexConcurrently(
            "providerevent", models.Index(fields=["received_at"], condition=models.Q(state="dead"), name="provider_event_dead_idx")
        )
    ]
