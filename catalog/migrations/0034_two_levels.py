from django.db import migrations

# Discounts, final sale, menus and lists look at a category and at the one above it. What stands already stays.
TWO_LEVELS = """
CREATE FUNCTION categories_have_two_levels() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.parent_id IS NULL THEN
        RETURN NEW;
    END IF;
    PERFORM FROM catalog_category WHERE id = NEW.parent_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM catalog_category WHERE id = NEW.parent_id AND parent_id IS NOT NULL)
       OR EXISTS (SELECT FROM catalog_category WHERE parent_id = NEW.id) THEN
        RAISE EXCEPTION 'a category below one that is below another'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'categories_have_two_levels';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER categories_have_two_levels BEFORE INSERT OR UPDATE OF parent_id ON catalog_category
    FOR EACH ROW EXECUTE FUNCTION categories_have_two_levels();
"""
BEFORE = "DROP FUNCTION categories_have_two_levels() CASCADE"


class Migration(migrations.Migration):
    dependencies = [("catalog", "0033_listings_in_dollars_indexes")]

    operations = [migrations.RunSQL(TWO_LEVELS, BEFORE)]
