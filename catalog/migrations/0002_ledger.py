from django.db import migrations

# Who made a movement may be forgotten (an erased account), nothing else may change.
LEDGER = """
CREATE TRIGGER stock_movement_is_for_ever BEFORE DELETE ON catalog_stockmovement
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER stock_movement_never_changes BEFORE UPDATE ON catalog_stockmovement
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_columns(
        'id', 'variant_size_id', 'change', 'reason', 'source_type', 'source_id', 'note', 'created_at'
    );
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial"), ("core", "0002_append_only")]

    operations = [
        migrations.RunSQL(
            LEDGER,
            """
            DROP TRIGGER stock_movement_is_for_ever ON catalog_stockmovement;
            DROP TRIGGER stock_movement_never_changes ON catalog_stockmovement;
            """,
        )
    ]
