from django.db import migrations, models

import orders.models.orders

from core.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("orders", "0002_snapshots")]

    operations = [
        AddIndexConcurrently(
            model_name="order",
            index=models.Index(
                orders.models.orders.EmailKey("email"),
                condition=models.Q(status="pending_payment"),
                name="order_unpaid_email_idx",
            ),
        ),
        AddIndexConcurrently(
            model_name="order",
            index=models.Index(
                fields=["phone"], condition=models.Q(status="pending_payment"), name="order_unpaid_phone_idx"
            ),
        ),
    ]
