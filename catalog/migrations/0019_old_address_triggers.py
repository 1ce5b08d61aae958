from django.db import migrations

KINDS = {"product": "catalog_product", "category": "catalog_category", "bundle": "catalog_bundle"}

FUNCTION = """
CREATE FUNCTION keep_old_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM catalog_oldaddress WHERE kind = TG_ARGV[0] AND slug = NEW.slug;
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO catalog_oldaddress (kind, slug, target_id) VALUES (TG_ARGV[0], OLD.slug, NEW.id)
        ON CONFLICT (kind, slug) DO UPDATE SET target_id = excluded.target_id;
    END IF;
    RETURN NULL;
END $$;
"""
TRIGGERS = "".join(
    f"""
    CREATE TRIGGER take_address AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION keep_old_address('{kind}');
    CREATE TRIGGER keep_old_address AFTER UPDATE ON {table}
        FOR EACH ROW WHEN (OLD.slug <> NEW.slug) EXECUTE FUNCTION keep_old_address('{kind}');
    """
    for kind, table in KINDS.items()
)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0018_old_addresses")]

    operations = [migrations.RunSQL(FUNCTION + TRIGGERS, "DROP FUNCTION keep_old_address() CASCADE;")]
