from django.db import migrations, models

from core.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("mailing", "0001_initial")]

    operations = [
        AddIndexConcurrently(
            "outgoingmail", models.Index(fields=["created_at"], condition=models.Q(state="dead"), name="mail_dead_idx")
        )
    ]
