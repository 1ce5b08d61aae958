from django.db import migrations, models

from core.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("payments", "0004_dead_letters")]

    operations = [
        AddIndexConcurrently(
            model_name="payment",
            index=models.Index(
                fields=["created_at"], condition=models.Q(state="failed"), name="payment_failed_idx"
            ),
        ),
    ]
