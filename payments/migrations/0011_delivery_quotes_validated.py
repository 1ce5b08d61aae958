from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models

from core.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("payments", "0010_delivery_quotes")]

    operations = [
        ValidateConstraint(model_name="payment", name="payment_of_delivery_has_its_quote"),
        AddIndexConcurrently(
            model_name="payment",
            index=models.Index(fields=["quote"], condition=models.Q(quote__isnull=False), name="payment_of_quote_idx"),
        ),
    ]
