from django.db import migrations

# What the pictures of today call their files: the names without width and format.
STEMS = r"""
UPDATE catalog_image
SET stem = regexp_replace(jsonb_path_query_first(renditions, '$.jpeg.*') #>> '{}', '-[0-9]+\.jpeg$', '')
WHERE stem = '' AND renditions ? 'jpeg';
"""

# Noted in the same commit that lets go of them, by whatever way: a form, a cascade, a bulk update.
LET_GO = """
CREATE FUNCTION let_go_of_files(of_kind text, of_name text, of_files text[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO catalog_loosefile (kind, name, files)
    SELECT of_kind, of_name, of_files WHERE of_name <> ''
    ON CONFLICT (kind, name) DO UPDATE SET
        since = now(),
        files = ARRAY(SELECT DISTINCT unnest(catalog_loosefile.files || excluded.files))
$$;

CREATE FUNCTION image_lets_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.original <> NEW.original THEN
        PERFORM let_go_of_files('original', OLD.original, ARRAY[OLD.original]);
    END IF;
    IF TG_OP = 'DELETE' OR OLD.stem <> NEW.stem THEN
        PERFORM let_go_of_files('picture', OLD.stem, ARRAY(
            SELECT by_width.value
            FROM jsonb_each(OLD.renditions) AS by_format, jsonb_each_text(by_format.value) AS by_width
        ));
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER image_lets_go_of_files AFTER DELETE OR UPDATE OF original, stem ON catalog_image
    FOR EACH ROW EXECUTE FUNCTION image_lets_go();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0013_image_files_indexes")]

    operations = [
        migrations.RunSQL(STEMS, migrations.RunSQL.noop),
        migrations.RunSQL(
            LET_GO,
            "DROP TRIGGER image_lets_go_of_files ON catalog_image; DROP FUNCTION image_lets_go();"
            " DROP FUNCTION let_go_of_files(text, text, text[])",
        ),
    ]
