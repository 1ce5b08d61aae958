from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

ORDER = ["number", "token", "bag_id", "currency", "subtotal_subunit", "discount_subunit", "delivery_subunit",
         "tax_subunit", "total_subunit", "trace", "placed_at"]
LINE = ["order_id", "kind", "parent_id", "variant_size_id", "bundle_id", "name", "sku", "colour", "size",
        "unit_price_subunit", "quantity", "total_subunit"]


def frozen(trigger: str, table: str, columns: list[str]) -> str:
    """The trigger anew: these columns never change."""
    names = ", ".join(f"'{column}'" for column in columns)
    return f"""
        CREATE OR REPLACE TRIGGER {trigger} BEFORE UPDATE ON {table}
            FOR EACH ROW EXECUTE FUNCTION refuse_change_of_columns({names});
    """


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0025_social_image_indexes'),
        ('orders', '0003_unpaid_of_one_person'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='exchange_rate',
            field=models.DecimalField(blank=True, decimal_places=6, help_text='Naira for one unit of it, as it was then.', max_digits=14, null=True),
        ),
        migrations.AddField(
            model_name='orderline',
            name='discount_subunit',
            field=models.BigIntegerField(db_default=0, default=0, help_text="Its share of the order's discount: what was paid for it is the total less this."),
        ),
        AddConstraintNotValid(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('discount_subunit__gte', 0), ('discount_subunit__lte', models.F('total_subunit'))), name='order_line_discount_within_total'),
        ),
        migrations.RunSQL(
            frozen("order_amounts_never_change", "orders_order", [*ORDER, "exchange_rate"])
            + frozen("order_line_never_changes", "orders_orderline", [*LINE, "discount_subunit"]),
            frozen("order_amounts_never_change", "orders_order", ORDER)
            + frozen("order_line_never_changes", "orders_orderline", LINE),
        ),
    ]
