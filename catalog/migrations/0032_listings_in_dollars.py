from django.db import migrations, models

# All of it stands in its place at once; products with a fixed price are written anew by the next sweep.
FILL = """
UPDATE catalog_listingrow SET by_usd = by_price * 10000, by_usd_down = by_price_down * 10000;
INSERT INTO catalog_cataloguechange (product_id) SELECT id FROM catalog_product WHERE usd_price_cents IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0031_prices_audited")]

    operations = [
        migrations.AddField(
            model_name="listingrow", name="lowest_cents", field=models.BigIntegerField(null=True)
        ),
        migrations.AddField(
            model_name="listingrow", name="highest_cents", field=models.BigIntegerField(null=True)
        ),
        migrations.AddField(
            model_name="listingrow",
            name="by_usd",
            field=models.BigIntegerField(
                db_default=0,
                help_text="The order of what is shown in dollars (see catalog.listing_rows).",
            ),
        ),
        migrations.AddField(
            model_name="listingrow", name="by_usd_down", field=models.BigIntegerField(db_default=0)
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
