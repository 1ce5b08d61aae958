from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

from core.audit_rows import audited_more

FROZEN = ["number", "token", "bag_id", "currency", "subtotal_subunit", "discount_subunit", "delivery_subunit",
          "tax_subunit", "total_subunit", "trace", "placed_at", "exchange_rate", "zone_name", "delivery_min_days",
          "delivery_max_days"]


def frozen(columns: list[str]) -> str:
    names = ", ".join(f"'{column}'" for column in columns)
    return f"""
        CREATE OR REPLACE TRIGGER order_amounts_never_change BEFORE UPDATE ON orders_order
            FOR EACH ROW EXECUTE FUNCTION refuse_change_of_columns({names});
    """


class Migration(migrations.Migration):

    dependencies = [
        ("orders", "0023_rate_and_delivery_frozen"),
        ("core", "0003_audit_rows"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="pay_on_delivery",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Chosen at checkout: packed and sent unpaid, and paid at the door.",
            ),
        ),
        migrations.AddField(
            model_name="zone",
            name="pay_on_delivery",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whether orders there may be paid at the door, where that is switched on at all.",
            ),
        ),
        migrations.RemoveConstraint(model_name="order", name="order_past_payment_was_paid"),
        AddConstraintNotValid(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=Q(status__in=["pending_payment", "cancelled", "expired"])
                | Q(paid_at__isnull=False)
                | Q(pay_on_delivery=True, status__in=["packed", "shipped"]),
                name="order_past_payment_was_paid",
            ),
        ),
        audited_more(
            "price",
            "orders_zone",
            "fee_kobo free_from_kobo usd_fee_cents usd_free_from_cents tax_basis_points min_days max_days active"
            " pay_on_delivery",
        ),
        migrations.RunSQL(frozen([*FROZEN, "pay_on_delivery"]), frozen(FROZEN)),
    ]
