from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

OPTIONAL = ("fee_kobo", "min_days", "max_days")


def may_be_empty(columns: tuple[str, ...], verb: str) -> str:
    """A change of the catalogue alone: no row is read."""
    return "ALTER TABLE orders_zone " + ", ".join(f"ALTER COLUMN {column} {verb} NOT NULL" for column in columns)


class Migration(migrations.Migration):
    """The code of before reads zones with a fee alone. It meets no other: only a form of the new code makes one, so
    leave fees as they are until all of the shop runs it."""

    dependencies = [("orders", "0033_unpaid_orders_of_a_network")]

    operations = [
        migrations.RunSQL(
            may_be_empty(OPTIONAL, "DROP"),
            may_be_empty(OPTIONAL, "SET"),
            state_operations=[
                migrations.AlterField(
                    "zone",
                    "fee_kobo",
                    models.BigIntegerField(
                        blank=True,
                        help_text="Empty: delivery there is quoted. Staff price it for each order, and the tax is "
                        "charged at once.",
                        null=True,
                    ),
                ),
                migrations.AlterField(
                    "zone",
                    "min_days",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Working days. Empty where delivery is quoted.", null=True
                    ),
                ),
                migrations.AlterField(
                    "zone",
                    "max_days",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Working days. Empty where delivery is quoted.", null=True
                    ),
                ),
            ],
        ),
        AddConstraintNotValid(
            model_name="zone",
            constraint=models.CheckConstraint(
                condition=Q(fee_kobo__isnull=False, min_days__isnull=False, max_days__isnull=False)
                | Q(
                    fee_kobo__isnull=True,
                    min_days__isnull=True,
                    max_days__isnull=True,
                    free_from_kobo__isnull=True,
                    usd_fee_cents__isnull=True,
                    usd_free_from_cents__isnull=True,
                    pay_on_delivery=False,
                ),
                name="zone_has_fee_and_days_or_neither",
            ),
        ),
    ]
