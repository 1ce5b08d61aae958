from django.db import migrations, models

OUTCOMES = [
    ("", "–"),
    ("applied", "Paid the order"),
    ("duplicate", "Not needed: paid before, or ended"),
    ("late", "Too late, and the stock is gone"),
    ("mismatch", "Amount, currency or mode differ"),
    ("replaced", "For a price that had been replaced"),
]


class Migration(migrations.Migration):
    """Another word for what was paid twice: an order that has ended does not need its money either."""

    dependencies = [("payments", "0019_asked_again")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="payment",
                    name="outcome",
                    field=models.CharField(blank=True, choices=OUTCOMES, default="", max_length=9),
                )
            ]
        ),
    ]
