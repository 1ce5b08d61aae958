from django.db import migrations, models
from django.db.models.functions import Lower

from core.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    """Who signs in is asked for the orders placed with the same address before."""

    atomic = False
    dependencies = [("orders", "0015_another_size_validated")]

    operations = [
        AddIndexConcurrently(
            "order", models.Index(Lower("email"), condition=models.Q(user__isnull=True), name="order_of_guest_idx")
        ),
    ]
