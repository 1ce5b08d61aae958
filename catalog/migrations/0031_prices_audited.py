from django.db import migrations

from core.audit_rows import audited


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0030_naira_only_noted"),
        ("core", "0003_audit_rows"),
    ]

    operations = [
        audited("price", "catalog_product", "base_price_kobo compare_at_kobo usd_price_cents"),
        audited("price", "catalog_variantsize", "price_kobo", worth="{0}.price_kobo IS NOT NULL"),
        audited("price", "catalog_bundle", "price_kobo usd_price_cents pieces"),
        audited("price", "catalog_sale", "name starts_at ends_at active"),
        audited("price", "catalog_saleprice", "sale_id product_id variant_size_id price_kobo"),
        audited("price", "catalog_exchangerate", "currency naira round_up_to starts_at"),
        audited("setting", "catalog_category", "minimum_quantity exempting_category_id final_sale active"),
    ]
