from django.db import migrations

TRIGGERS = """
CREATE FUNCTION video_lets_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.original <> NEW.original THEN
        PERFORM let_go_of_files('original', OLD.original, ARRAY[OLD.original]);
    END IF;
    IF TG_OP = 'DELETE' OR OLD.poster_original <> NEW.poster_original THEN
        PERFORM let_go_of_files('original', OLD.poster_original, ARRAY[OLD.poster_original]);
    END IF;
    IF TG_OP = 'DELETE' OR OLD.file <> NEW.file THEN
        PERFORM let_go_of_files('video', OLD.file, ARRAY[OLD.file]);
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
CREATE TRIGGER video_lets_go_of_files AFTER DELETE OR UPDATE ON catalog_video
    FOR EACH ROW EXECUTE FUNCTION video_lets_go();

-- A film is part of its product's page.
CREATE TRIGGER note_new_or_gone AFTER INSERT OR DELETE ON catalog_video
    FOR EACH ROW EXECUTE FUNCTION note_size_change();
CREATE TRIGGER note_changed AFTER UPDATE ON catalog_video
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_size_change();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0015_videos")]

    operations = [
        migrations.RunSQL(
            TRIGGERS,
            "DROP TRIGGER video_lets_go_of_files ON catalog_video; DROP TRIGGER note_new_or_gone ON catalog_video;"
            " DROP TRIGGER note_changed ON catalog_video; DROP FUNCTION video_lets_go()",
        ),
    ]
