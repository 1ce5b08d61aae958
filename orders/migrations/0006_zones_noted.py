from django.db import migrations

# What delivery costs stands on the page of every product, and on one of its own.
NOTED = "".join(
    f"""
    CREATE TRIGGER note_new_or_gone AFTER INSERT OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION note_change_everywhere();
    CREATE TRIGGER note_changed AFTER UPDATE ON {table}
        FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_change_everywhere();
    """
    for table in ("orders_zone", "orders_zonearea")
)
NOT_NOTED = "".join(
    f"DROP TRIGGER note_new_or_gone ON {table}; DROP TRIGGER note_changed ON {table};"
    for table in ("orders_zone", "orders_zonearea")
)


class Migration(migrations.Migration):
    dependencies = [("orders", "0005_shares_validated"), ("catalog", "0026_changes_of_owners")]

    operations = [migrations.RunSQL(NOTED, NOT_NOTED)]
