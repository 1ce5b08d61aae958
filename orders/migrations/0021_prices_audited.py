from django.db import migrations

from core.audit_rows import audited


class Migration(migrations.Migration):

    dependencies = [
        ("orders", "0020_rates_validated"),
        ("core", "0003_audit_rows"),
    ]

    operations = [
        audited(
            "price",
            "orders_zone",
            "fee_kobo free_from_kobo usd_fee_cents usd_free_from_cents tax_basis_points min_days max_days active",
        ),
        audited("setting", "orders_zonearea", "zone_id country state area"),
        audited(
            "price",
            "orders_discount",
            "code kind basis_points amount_kobo starts_on ends_on time_zone minimum_kobo first_order_only limit_total"
            " limit_per_customer stacks active",
        ),
        audited("price", "orders_discount_categories", "discount_id category_id"),
        audited("price", "orders_deliveryquote", "order_id amount_subunit state"),
    ]
