import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


OUTCOMES = [
    ("", "–"),
    ("applied", "Paid the order"),
    ("duplicate", "Order already paid"),
    ("late", "Too late, and the stock is gone"),
    ("mismatch", "Amount, currency or mode differ"),
    ("replaced", "For a price that had been replaced"),
]


class Migration(migrations.Migration):
    """A payment of delivery is for one price that staff made."""

    dependencies = [("orders", "0017_delivery_quotes"), ("payments", "0009_events_to_look_at")]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="quote",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payments",
                to="orders.deliveryquote",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="payment",
                    name="outcome",
                    field=models.CharField(blank=True, choices=OUTCOMES, default="", max_length=9),
                )
            ]
        ),
        AddConstraintNotValid(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(purpose="delivery", quote__isnull=False)
                | models.Q(purpose="items", quote__isnull=True),
                name="payment_of_delivery_has_its_quote",
            ),
        ),
    ]
