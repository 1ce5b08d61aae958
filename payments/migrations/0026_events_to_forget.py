from django.db import migrations, models

from core.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    """What events said that nobody needs is found without a look at all the others."""

    atomic = False

    dependencies = [("payments", "0025_paid_and_not_here")]

    operations = [
        AddIndexConcurrently(
            "providerevent",
            models.Index(
                fields=["closed_at"], condition=models.Q(state="closed"), name="provider_event_closed_idx"
            ),
        ),
        AddIndexConcurrently(
            "providerevent",
            models.Index(
                fields=["received_at"],
                condition=models.Q(("state", "ignored"), models.Q(("body", ""), _negated=True)),
                name="provider_event_forget_idx",
            ),
        ),
    ]
