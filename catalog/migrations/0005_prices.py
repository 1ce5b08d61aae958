import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_changes")]

    operations = [
        migrations.CreateModel(
            name="Sale",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(help_text="From this moment on the regular prices hold again.")),
                ("active", models.BooleanField(default=True, help_text="Off stops it at once, whatever its dates say.")),
                ("note", models.TextField(blank=True, help_text="For staff alone.")),
            ],
            options={
                "ordering": ["-starts_at", "-id"],
                "indexes": [
                    models.Index(condition=Q(("active", True)), fields=["starts_at"], name="sale_starts_idx"),
                    models.Index(condition=Q(("active", True)), fields=["ends_at"], name="sale_ends_idx"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("ends_at__gt", F("starts_at"))),
                        name="sale_ends_after_it_starts",
                        violation_error_message="A sale ends after it has started. Look at its dates.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SalePrice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("price_kobo", models.BigIntegerField()),
                ("product", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="sale_prices", to="catalog.product")),
                ("sale", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="prices", to="catalog.sale")),
                ("variant_size", models.ForeignKey(blank=True, help_text="Empty: every size of the product.", null=True, on_delete=django.db.models.deletion.CASCADE, related_name="sale_prices", to="catalog.variantsize", verbose_name="size")),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(condition=Q(("price_kobo__gt", 0)), name="sale_price_above_nought"),
                    models.UniqueConstraint(
                        fields=("sale", "product", "variant_size"),
                        name="sale_price_once",
                        nulls_distinct=False,
                        violation_error_message="This sale has a price for that already. Change that one.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("price_kobo", models.BigIntegerField()),
                ("lowest_before_kobo", models.BigIntegerField(null=True)),
                ("recorded_at", models.DateTimeField(db_default=Now())),
                ("variant_size", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="price_records", to="catalog.variantsize")),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["variant_size", "-id"], name="price_record_latest_idx")],
                "constraints": [models.CheckConstraint(condition=Q(("price_kobo__gt", 0)), name="price_record_above_nought")],
            },
        ),
        migrations.AddField("listingrow", "compare_at_kobo", models.BigIntegerField(help_text="The former price of what costs the least.", null=True)),
        migrations.AddField("listingrow", "lowest_before_kobo", models.BigIntegerField(help_text="Its lowest price in the 30 days before.", null=True)),
        migrations.AddField(
            "product",
            "compare_at_kobo",
            models.BigIntegerField(
                blank=True,
                help_text="Struck through beside the price, as long as it is above it. Only what was really asked for.",
                null=True,
                verbose_name="former price",
            ),
        ),
        migrations.AddField("product", "unpublish_at", models.DateTimeField(blank=True, help_text="From then on it is no longer sold.", null=True)),
        AddConstraintNotValid(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=Q(("compare_at_kobo__isnull", True), ("compare_at_kobo__gt", 0), _connector="OR"),
                name="product_compare_at_above_nought",
            ),
        ),
        AddConstraintNotValid(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=Q(("unpublish_at__isnull", True), ("unpublish_at__gt", F("publish_at")), _connector="OR"),
                name="product_unpublished_after_published",
                violation_error_message="It is taken off sale after it was published. Look at the two dates.",
            ),
        ),
    ]
