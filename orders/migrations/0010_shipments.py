import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

LEDGER = """
CREATE TRIGGER shipment_is_for_ever BEFORE DELETE ON orders_shipment
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER shipment_never_changes BEFORE UPDATE ON orders_shipment
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_columns('order_id', 'carrier', 'tracking_number', 'shipped_at');
CREATE TRIGGER shipment_line_is_for_ever BEFORE DELETE ON orders_shipmentline
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER shipment_line_never_changes BEFORE UPDATE ON orders_shipmentline
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
# What was shipped before there were parcels went in one; pieces that were put back before are known by their movements.
ONE_PARCEL_EACH = """
UPDATE orders_orderline l SET taken_back = least(m.pieces, l.quantity)
FROM (
    SELECT source_id, sum(change) AS pieces FROM catalog_stockmovement
    WHERE reason = 'return' AND source_type = 'order_line' GROUP BY 1
) m
WHERE m.source_id = l.id;
WITH parcels AS (
    INSERT INTO orders_shipment (order_id, carrier, tracking_number, shipped_at)
    SELECT id, coalesce(nullif(carrier, ''), 'Courier'), tracking_number, coalesce(shipped_at, now())
    FROM orders_order WHERE status IN ('shipped', 'delivered')
    RETURNING id, order_id
)
INSERT INTO orders_shipmentline (shipment_id, order_line_id, quantity)
SELECT p.id, l.id, l.quantity - l.taken_back
FROM parcels p JOIN orders_orderline l ON l.order_id = p.order_id
WHERE l.kind <> 'bundle' AND l.quantity > l.taken_back;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0009_orders_of_one_person"),
        ("core", "0002_append_only"),
        ("catalog", "0002_ledger"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Shipment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("carrier", models.CharField(max_length=60)),
                ("tracking_number", models.CharField(blank=True, max_length=80)),
                ("shipped_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("actor", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("order", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="shipments", to="orders.order")),
            ],
            options={
                "ordering": ["id"],
                "constraints": [models.CheckConstraint(condition=models.Q(("carrier", ""), _negated=True), name="shipment_has_a_carrier")],
            },
        ),
        migrations.CreateModel(
            name="ShipmentLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.PositiveSmallIntegerField()),
                ("order_line", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="shipped", to="orders.orderline")),
                ("shipment", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="orders.shipment")),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("shipment", "order_line"), name="shipment_line_once"),
                    models.CheckConstraint(condition=models.Q(("quantity__gte", 1)), name="shipment_line_of_one_or_more"),
                ],
            },
        ),
        migrations.AddField(
            model_name="orderline",
            name="taken_back",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text="Pieces that were put back on sale before they left the shop."),
        ),
        AddConstraintNotValid(
            model_name="orderline",
            constraint=models.CheckConstraint(condition=models.Q(("taken_back__lte", models.F("quantity"))), name="order_line_takes_back_what_it_has"),
        ),
        migrations.RunSQL(ONE_PARCEL_EACH, migrations.RunSQL.noop),
        migrations.RunSQL(LEDGER, migrations.RunSQL.noop),
    ]
