from django.db import migrations, models

KINDS = [
    ("unknown", "Paid at Paystack, unknown here"),
    ("not-here", "Paid at Paystack, not captured here"),
    ("missing", "Captured here, unknown at Paystack"),
    ("amount", "Another amount or currency"),
    ("reversed", "Taken back at Paystack, not here"),
]


class Migration(migrations.Migration):
    """A word more for what differs; the column stays as it is."""

    dependencies = [("payments", "0024_how_many_came_back_validated")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="difference", name="kind", field=models.CharField(choices=KINDS, max_length=8)
                )
            ]
        ),
    ]
