from django.db import migrations

BEFORE = ["number", "token", "bag_id", "currency", "subtotal_subunit", "discount_subunit", "delivery_subunit",
          "tax_subunit", "total_subunit", "trace", "placed_at"]
# What the total was converted by, and what was told of the delivery.
MORE = ["exchange_rate", "zone_name", "delivery_min_days", "delivery_max_days"]


def frozen(columns: list[str]) -> str:
    names = ", ".join(f"'{column}'" for column in columns)
    return f"""
        CREATE OR REPLACE TRIGGER order_amounts_never_change BEFORE UPDATE ON orders_order
            FOR EACH ROW EXECUTE FUNCTION refuse_change_of_columns({names});
    """


class Migration(migrations.Migration):

    dependencies = [("orders", "0022_quotes_end")]

    operations = [migrations.RunSQL(frozen([*BEFORE, *MORE]), frozen(BEFORE))]
