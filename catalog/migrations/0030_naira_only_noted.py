from django.db import migrations

# Whether other currencies are charged stands on every page that shows them.
NOTED = """
CREATE FUNCTION note_switch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF 'naira_only' IN (OLD.name, NEW.name) AND OLD."on" IS DISTINCT FROM NEW."on" THEN
        INSERT INTO catalog_cataloguechange DEFAULT VALUES;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER note_switch AFTER INSERT OR UPDATE OR DELETE ON core_switch
    FOR EACH ROW EXECUTE FUNCTION note_switch();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0029_rates_validated"), ("core", "0002_append_only")]

    operations = [migrations.RunSQL(NOTED, "DROP FUNCTION note_switch() CASCADE")]
