from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

# What an order says of its person is a snapshot like its amounts. Only erasure, which sets the time of it, takes it away.
FROZEN = ["email", "full_name", "phone", "country", "state", "area", "street", "landmark", "city", "postcode", "note",
          "billing_name", "billing_address"]


def frozen(columns: list[str]) -> str:
    names = ", ".join(f"'{column}'" for column in columns)
    return f"""
        CREATE TRIGGER order_address_never_changes BEFORE UPDATE OF {", ".join(columns)} ON orders_order
            FOR EACH ROW WHEN (OLD.erased_at IS NOT DISTINCT FROM NEW.erased_at)
            EXECUTE FUNCTION refuse_change_of_columns({names});
    """


class Migration(migrations.Migration):
    dependencies = [("orders", "0041_delivery_methods"), ("core", "0002_append_only")]

    operations = [
        migrations.AddField(
            "order", "billing_name", models.CharField(blank=True, db_default="", default="", max_length=120)
        ),
        migrations.AddField(
            "order", "billing_address", models.CharField(blank=True, db_default="", default="", max_length=300)
        ),
        AddConstraintNotValid(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=Q(billing_name="", billing_address="") | ~(Q(billing_name="") | Q(billing_address="")),
                name="order_billing_is_whole",
            ),
        ),
        migrations.RunSQL(frozen(FROZEN), "DROP TRIGGER order_address_never_changes ON orders_order"),
    ]
