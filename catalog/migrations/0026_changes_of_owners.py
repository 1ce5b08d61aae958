from django.db import migrations

# What moves from one owner to another is noted for both.
OWNERS = """
CREATE OR REPLACE FUNCTION note_size_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM note_change_of_variant(OLD.variant_id);
    END IF;
    IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND OLD.variant_id <> NEW.variant_id) THEN
        PERFORM note_change_of_variant(NEW.variant_id);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION note_change_of_owner(variant bigint, bundle bigint, review bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO catalog_cataloguechange (product_id)
        SELECT product_id FROM catalog_variant WHERE id = variant
        UNION ALL SELECT product_id FROM catalog_review WHERE id = review;
    INSERT INTO catalog_cataloguechange (bundle_id) SELECT bundle WHERE bundle IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION note_image_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM note_change_of_owner(OLD.variant_id, OLD.bundle_id, OLD.review_id);
    END IF;
    IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND (OLD.variant_id, OLD.bundle_id, OLD.review_id)
        IS DISTINCT FROM (NEW.variant_id, NEW.bundle_id, NEW.review_id)) THEN
        PERFORM note_change_of_owner(NEW.variant_id, NEW.bundle_id, NEW.review_id);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION note_eligible_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO catalog_cataloguechange (product_id, bundle_id) VALUES (OLD.product_id, NULL), (NULL, OLD.bundle_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO catalog_cataloguechange (product_id, bundle_id) VALUES (NEW.product_id, NULL), (NULL, NEW.bundle_id);
    END IF;
    RETURN NULL;
END $$;
"""

# Of neither a product nor a bundle: everything that is kept is looked at anew.
EVERYWHERE = """
CREATE FUNCTION note_change_everywhere() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO catalog_cataloguechange DEFAULT VALUES;
    RETURN NULL;
END $$;

CREATE TRIGGER note_gone AFTER DELETE ON catalog_category
    FOR EACH ROW EXECUTE FUNCTION note_change_everywhere();
CREATE TRIGGER note_new_or_gone AFTER INSERT OR DELETE ON catalog_sizeguide
    FOR EACH ROW EXECUTE FUNCTION note_change_everywhere();
CREATE TRIGGER note_changed AFTER UPDATE ON catalog_sizeguide
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_change_everywhere();
CREATE TRIGGER note_new_or_gone AFTER INSERT OR DELETE ON catalog_sizeguiderow
    FOR EACH ROW EXECUTE FUNCTION note_change_everywhere();
CREATE TRIGGER note_changed AFTER UPDATE ON catalog_sizeguiderow
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_change_everywhere();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0025_social_image_indexes")]

    operations = [
        # Going back keeps these: they note what the ones before did, and more.
        migrations.RunSQL(OWNERS, migrations.RunSQL.noop),
        migrations.RunSQL(EVERYWHERE, "DROP FUNCTION note_change_everywhere() CASCADE"),
    ]
