import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models
from django.db.models import F, Q

from core.audit_rows import audited

FROZEN = ["number", "token", "bag_id", "currency", "subtotal_subunit", "discount_subunit", "delivery_subunit",
          "tax_subunit", "total_subunit", "trace", "placed_at", "exchange_rate", "zone_name", "delivery_min_days",
          "delivery_max_days", "pay_on_delivery"]
# On the page of all fees, which is kept like a product's.
NOTED = """
    CREATE TRIGGER note_new_or_gone AFTER INSERT OR DELETE ON orders_deliverymethod
        FOR EACH ROW EXECUTE FUNCTION note_change_everywhere();
    CREATE TRIGGER note_changed AFTER UPDATE ON orders_deliverymethod
        FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_change_everywhere();
"""


def frozen(columns: list[str]) -> str:
    names = ", ".join(f"'{column}'" for column in columns)
    return f"""
        CREATE OR REPLACE TRIGGER order_amounts_never_change BEFORE UPDATE ON orders_order
            FOR EACH ROW EXECUTE FUNCTION refuse_change_of_columns({names});
    """


class Migration(migrations.Migration):
    dependencies = [("orders", "0040_exchanged_again_guarded")]

    operations = [
        migrations.CreateModel(
            name="DeliveryMethod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="As shoppers read it: Express, Next day.", max_length=40)),
                ("fee_kobo", models.BigIntegerField()),
                (
                    "usd_fee_cents",
                    models.BigIntegerField(
                        blank=True,
                        help_text="Empty: converted at the day's rate.",
                        null=True,
                        verbose_name="fixed dollar fee",
                    ),
                ),
                ("min_days", models.PositiveSmallIntegerField(help_text="Working days.")),
                ("max_days", models.PositiveSmallIntegerField(help_text="Working days.")),
                ("active", models.BooleanField(default=True)),
                (
                    "zone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="other_methods", to="orders.zone"
                    ),
                ),
            ],
            options={
                "ordering": ["zone", "fee_kobo"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"),
                        F("zone"),
                        name="delivery_method_once_in_its_zone",
                        violation_error_message="This zone has a way of this name already.",
                    ),
                    models.CheckConstraint(
                        condition=~Q(name__iexact="Standard") & ~Q(name=""),
                        name="delivery_method_has_a_name_of_its_own",
                        violation_error_message="Standard is the zone's own fee: call this way something else.",
                    ),
                    models.CheckConstraint(
                        condition=Q(fee_kobo__gte=0) & (Q(usd_fee_cents__isnull=True) | Q(usd_fee_cents__gte=0)),
                        name="delivery_method_fee_not_negative",
                        violation_error_message="A fee is nought or more.",
                    ),
                    models.CheckConstraint(
                        condition=Q(min_days__lte=F("max_days")),
                        name="delivery_method_days_in_order",
                        violation_error_message="Write the fewer days first.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            "order",
            "delivery_method",
            models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.RunSQL(frozen([*FROZEN, "delivery_method"]), frozen(FROZEN)),
        migrations.RunSQL(NOTED, migrations.RunSQL.noop),
        audited("price", "orders_deliverymethod", "zone_id name fee_kobo usd_fee_cents min_days max_days active"),
    ]
