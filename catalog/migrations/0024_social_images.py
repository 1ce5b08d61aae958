from django.db import migrations, models

LET_GO = """
CREATE FUNCTION social_image_lets_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.social_image <> NEW.social_image THEN
        PERFORM let_go_of_files('social', OLD.social_image, ARRAY[OLD.social_image]);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER product_lets_go_of_files AFTER DELETE OR UPDATE OF social_image ON catalog_product
    FOR EACH ROW EXECUTE FUNCTION social_image_lets_go();
CREATE TRIGGER bundle_lets_go_of_files AFTER DELETE OR UPDATE OF social_image ON catalog_bundle
    FOR EACH ROW EXECUTE FUNCTION social_image_lets_go();
"""
IMAGE = {"blank": True, "db_default": "", "default": "", "editable": False, "max_length": 200}
IMAGE["help_text"] = "Its storage name, made of its content. Empty: none was drawn."
OF = {"blank": True, "db_default": "", "default": "", "editable": False, "max_length": 32}
OF["help_text"] = "A fingerprint of the name and the picture that it was drawn from."
KINDS = [("original", "Original"), ("picture", "Picture"), ("video", "Video"), ("social", "Social")]


class Migration(migrations.Migration):
    dependencies = [("catalog", "0023_praise")]

    operations = [
        *(
            migrations.AddField(model, name, models.CharField(**options))
            for model in ("product", "bundle")
            for name, options in (("social_image", IMAGE), ("social_of", OF))
        ),
        # Words for a form, nothing in the database.
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.AlterField("loosefile", "kind", models.CharField(choices=KINDS, max_length=10))]
        ),
        migrations.RunSQL(LET_GO, "DROP FUNCTION social_image_lets_go() CASCADE"),
    ]
