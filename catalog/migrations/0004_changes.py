from django.db import migrations

# Whoever changes what customers see (the shop, the importer, a bulk update, psql), the database itself notes it in the
# same transaction. Stock is noted only where a size comes into stock or goes out of it: lists show no more than that.
CHANGES = """
CREATE FUNCTION note_product_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO catalog_cataloguechange (product_id, slug) VALUES (OLD.id, OLD.slug);
    END IF;
    IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND OLD.slug <> NEW.slug) THEN
        INSERT INTO catalog_cataloguechange (product_id, slug) VALUES (NEW.id, NEW.slug);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION note_variant_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO catalog_cataloguechange (product_id) VALUES (OLD.product_id);
    END IF;
    IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND OLD.product_id <> NEW.product_id) THEN
        INSERT INTO catalog_cataloguechange (product_id) VALUES (NEW.product_id);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION note_change_of_variant(variant bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO catalog_cataloguechange (product_id) SELECT product_id FROM catalog_variant WHERE id = variant
$$;

CREATE FUNCTION note_size_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM note_change_of_variant(OLD.variant_id);
    ELSE
        PERFORM note_change_of_variant(NEW.variant_id);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION note_image_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    image catalog_image := COALESCE(NEW, OLD);
BEGIN
    PERFORM note_change_of_variant(image.variant_id);
    IF image.bundle_id IS NOT NULL THEN
        INSERT INTO catalog_cataloguechange (bundle_id) VALUES (image.bundle_id);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION note_bundle_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO catalog_cataloguechange (bundle_id, slug) VALUES (OLD.id, OLD.slug);
    END IF;
    IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND OLD.slug <> NEW.slug) THEN
        INSERT INTO catalog_cataloguechange (bundle_id, slug) VALUES (NEW.id, NEW.slug);
    END IF;
    -- Pages of products name the bundles that they may be part of.
    INSERT INTO catalog_cataloguechange (product_id)
        SELECT product_id FROM catalog_bundle_eligible WHERE bundle_id = COALESCE(NEW.id, OLD.id);
    RETURN NULL;
END $$;

CREATE FUNCTION note_eligible_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pair catalog_bundle_eligible := COALESCE(NEW, OLD);
BEGIN
    INSERT INTO catalog_cataloguechange (bundle_id) VALUES (pair.bundle_id);
    INSERT INTO catalog_cataloguechange (product_id) VALUES (pair.product_id);
    RETURN NULL;
END $$;

CREATE FUNCTION note_category_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO catalog_cataloguechange (product_id)
        SELECT product.id FROM catalog_product product JOIN catalog_category category ON category.id = category_id
        WHERE NEW.id IN (category.id, category.parent_id)
        UNION ALL SELECT NULL;
    RETURN NULL;
END $$;

CREATE FUNCTION note_colour_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO catalog_cataloguechange (product_id) SELECT product_id FROM catalog_variant WHERE colour_id = NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION note_size_name_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO catalog_cataloguechange (product_id)
        SELECT DISTINCT product_id FROM catalog_variant variant JOIN catalog_variantsize size ON size.variant_id = variant.id
        WHERE size.size_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER note_new_or_gone AFTER INSERT OR DELETE ON catalog_product
    FOR EACH ROW EXECUTE FUNCTION note_product_change();
CREATE TRIGGER note_changed AFTER UPDATE ON catalog_product
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_product_change();
CREATE TRIGGER note_new_or_gone AFTER INSERT OR DELETE ON catalog_variant
    FOR EACH ROW EXECUTE FUNCTION note_variant_change();
CREATE TRIGGER note_changed AFTER UPDATE ON catalog_variant
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_variant_change();
CREATE TRIGGER note_new_or_gone AFTER INSERT OR DELETE ON catalog_variantsize
    FOR EACH ROW EXECUTE FUNCTION note_size_change();
CREATE TRIGGER note_changed AFTER UPDATE ON catalog_variantsize
    FOR EACH ROW WHEN (
        (OLD.variant_id, OLD.size_id, OLD.sku, OLD.price_kobo, OLD.active, OLD.low_stock_threshold,
            OLD.on_hand > OLD.reserved)
        IS DISTINCT FROM
        (NEW.variant_id, NEW.size_id, NEW.sku, NEW.price_kobo, NEW.active, NEW.low_stock_threshold,
            NEW.on_hand > NEW.reserved)
    ) EXECUTE FUNCTION note_size_change();
CREATE TRIGGER note_new_or_gone AFTER INSERT OR DELETE ON catalog_image
    FOR EACH ROW EXECUTE FUNCTION note_image_change();
CREATE TRIGGER note_changed AFTER UPDATE ON catalog_image
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_image_change();
CREATE TRIGGER note_new_or_gone AFTER INSERT OR DELETE ON catalog_bundle
    FOR EACH ROW EXECUTE FUNCTION note_bundle_change();
CREATE TRIGGER note_changed AFTER UPDATE ON catalog_bundle
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_bundle_change();
CREATE TRIGGER note_changed AFTER INSERT OR UPDATE OR DELETE ON catalog_bundle_eligible
    FOR EACH ROW EXECUTE FUNCTION note_eligible_change();
CREATE TRIGGER note_changed AFTER UPDATE ON catalog_category
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_category_change();
CREATE TRIGGER note_changed AFTER UPDATE ON catalog_colour
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_colour_change();
CREATE TRIGGER note_changed AFTER UPDATE ON catalog_size
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_size_name_change();

-- Letters as people type them: without case and accents (ọ, ẹ, ṣ, é).
CREATE FUNCTION plain_letters(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(normalize(lower($1), NFD), '[\\u0300-\\u036f]', '', 'g')
$$;

-- What the shop sells already is listed from the start.
INSERT INTO catalog_cataloguechange (product_id) SELECT id FROM catalog_product;
"""

NO_CHANGES = """
DROP FUNCTION plain_letters(text);
DROP FUNCTION note_product_change() CASCADE;
DROP FUNCTION note_variant_change() CASCADE;
DROP FUNCTION note_size_change() CASCADE;
DROP FUNCTION note_image_change() CASCADE;
DROP FUNCTION note_bundle_change() CASCADE;
DROP FUNCTION note_eligible_change() CASCADE;
DROP FUNCTION note_category_change() CASCADE;
DROP FUNCTION note_colour_change() CASCADE;
DROP FUNCTION note_size_name_change() CASCADE;
DROP FUNCTION note_change_of_variant(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_listings")]

    operations = [migrations.RunSQL(CHANGES, NO_CHANGES)]
