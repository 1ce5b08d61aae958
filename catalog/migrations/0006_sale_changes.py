from django.db import migrations

# What a sale changes is noted like every other change of the catalogue (see 0004_changes), whoever writes it.
CHANGES = """
CREATE FUNCTION note_sale_price_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO catalog_cataloguechange (product_id) VALUES (OLD.product_id);
    END IF;
    IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND OLD.product_id <> NEW.product_id) THEN
        INSERT INTO catalog_cataloguechange (product_id) VALUES (NEW.product_id);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION note_sale_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO catalog_cataloguechange (product_id)
        SELECT DISTINCT product_id FROM catalog_saleprice WHERE sale_id = NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION refuse_price_of_another_product() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM catalog_variantsize size JOIN catalog_variant variant ON variant.id = size.variant_id
        WHERE size.id = NEW.variant_size_id AND variant.product_id = NEW.product_id
    ) THEN
        RAISE EXCEPTION 'size % is not of product %', NEW.variant_size_id, NEW.product_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'sale_price_of_its_own_product';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER note_new_or_gone AFTER INSERT OR DELETE ON catalog_saleprice
    FOR EACH ROW EXECUTE FUNCTION note_sale_price_change();
CREATE TRIGGER note_changed AFTER UPDATE ON catalog_saleprice
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_sale_price_change();
CREATE TRIGGER note_changed AFTER UPDATE ON catalog_sale
    FOR EACH ROW WHEN (
        (OLD.starts_at, OLD.ends_at, OLD.active) IS DISTINCT FROM (NEW.starts_at, NEW.ends_at, NEW.active)
    ) EXECUTE FUNCTION note_sale_change();
CREATE TRIGGER size_of_its_own_product BEFORE INSERT OR UPDATE ON catalog_saleprice
    FOR EACH ROW WHEN (NEW.variant_size_id IS NOT NULL) EXECUTE FUNCTION refuse_price_of_another_product();
CREATE TRIGGER price_record_is_for_ever BEFORE UPDATE OR DELETE ON catalog_pricerecord
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The prices of today are the beginning of the record.
INSERT INTO catalog_cataloguechange (product_id) SELECT id FROM catalog_product;
"""

NO_CHANGES = """
DROP TRIGGER price_record_is_for_ever ON catalog_pricerecord;
DROP FUNCTION note_sale_price_change() CASCADE;
DROP FUNCTION note_sale_change() CASCADE;
DROP FUNCTION refuse_price_of_another_product() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_prices"), ("core", "0002_append_only")]

    operations = [migrations.RunSQL(CHANGES, NO_CHANGES)]
