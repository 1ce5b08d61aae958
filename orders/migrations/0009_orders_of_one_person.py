from django.db import migrations, models

import orders.models.orders

from core.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("orders", "0008_discounts")]

    operations = [
        AddIndexConcurrently(
            model_name="order",
            index=models.Index(
                orders.models.orders.EmailKey("email"),
                condition=models.Q(paid_at__isnull=False),
                name="order_paid_email_idx",
            ),
        ),
    ]
