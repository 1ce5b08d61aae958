from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models

from core.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("payments", "0016_events_tried_for_days")]

    operations = [
        ValidateConstraint(model_name="providerevent", name="provider_event_closed_by_somebody"),
        AddIndexConcurrently(
            model_name="providerevent",
            index=models.Index(
                fields=["next_attempt_at"], condition=models.Q(state="received"), name="provider_event_due_idx"
            ),
        ),
    ]
