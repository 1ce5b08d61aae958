from django.db import migrations

SNAPSHOTS = """
CREATE TRIGGER order_amounts_never_change BEFORE UPDATE ON orders_order
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_columns(
        'number', 'token', 'bag_id', 'currency', 'subtotal_subunit', 'discount_subunit', 'delivery_subunit',
        'tax_subunit', 'total_subunit', 'trace', 'placed_at'
    );
CREATE TRIGGER order_is_for_ever BEFORE DELETE ON orders_order
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER order_line_never_changes BEFORE UPDATE ON orders_orderline
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_columns(
        'order_id', 'kind', 'parent_id', 'variant_size_id', 'bundle_id', 'name', 'sku', 'colour', 'size',
        'unit_price_subunit', 'quantity', 'total_subunit'
    );
CREATE TRIGGER order_line_is_for_ever BEFORE DELETE ON orders_orderline
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER order_event_is_for_ever BEFORE DELETE ON orders_orderevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER order_event_never_changes BEFORE UPDATE ON orders_orderevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_columns(
        'order_id', 'kind', 'key', 'from_status', 'to_status', 'created_at'
    );
"""

UNDO = """
DROP TRIGGER order_amounts_never_change ON orders_order;
DROP TRIGGER order_is_for_ever ON orders_order;
DROP TRIGGER order_line_never_changes ON orders_orderline;
DROP TRIGGER order_line_is_for_ever ON orders_orderline;
DROP TRIGGER order_event_is_for_ever ON orders_orderevent;
DROP TRIGGER order_event_never_changes ON orders_orderevent;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial"), ("core", "0002_append_only")]

    operations = [migrations.RunSQL(SNAPSHOTS, UNDO)]
