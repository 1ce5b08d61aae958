from django.db import migrations

# One function serves every table that is a ledger.
FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: correct it with a new row', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
"""

# Columns named as arguments of the trigger never change once they are written.
FROZEN = """
CREATE FUNCTION refuse_change_of_columns() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    name text;
    before jsonb := to_jsonb(OLD);
    after jsonb := to_jsonb(NEW);
BEGIN
    FOREACH name IN ARRAY TG_ARGV LOOP
        IF before -> name IS DISTINCT FROM after -> name THEN
            RAISE EXCEPTION '%.% is a snapshot and never changes', TG_TABLE_NAME, name
                USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION refuse_change()"),
        migrations.RunSQL(FROZEN, "DROP FUNCTION refuse_change_of_columns()"),
    ]
