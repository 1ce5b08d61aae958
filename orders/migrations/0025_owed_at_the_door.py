from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

import core.email_addresses
from core.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    """Who may have a first order's offer is asked for orders that are still to be paid at the door."""

    atomic = False
    dependencies = [("orders", "0024_pay_on_delivery")]

    operations = [
        ValidateConstraint(model_name="order", name="order_past_payment_was_paid"),
        AddIndexConcurrently(
            "order",
            models.Index(
                core.email_addresses.EmailKey("email"),
                condition=Q(pay_on_delivery=True, paid_at__isnull=True),
                name="order_owed_email_idx",
            ),
        ),
    ]
