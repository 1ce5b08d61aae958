from django.db import migrations, models

from core.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("orders", "0032_where_orders_come_from")]

    operations = [
        AddIndexConcurrently(
            model_name="order",
            index=models.Index(
                fields=["ordered_from"],
                condition=models.Q(status="pending_payment", user__isnull=True),
                name="order_unpaid_network_idx",
            ),
        ),
    ]
