import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0019_old_address_triggers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Wishlist",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(blank=True, editable=False, max_length=40, null=True, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                ("user", models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("user__isnull", True)), fields=["changed_at"], name="wishlist_of_guests_idx")],
                "constraints": [models.CheckConstraint(condition=models.Q(models.Q(("token__isnull", True), ("user__isnull", False)), models.Q(("token__isnull", False), ("user__isnull", True)), _connector="OR"), name="wishlist_of_an_account_or_a_guest")],
            },
        ),
        migrations.CreateModel(
            name="Wish",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("size", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.size")),
                ("variant", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.variant")),
                ("wishlist", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="wishes", to="catalog.wishlist")),
            ],
            options={
                "verbose_name_plural": "wishes",
                "ordering": ["-id"],
                "constraints": [models.UniqueConstraint(fields=("wishlist", "variant"), name="wish_once_on_a_list")],
            },
        ),
    ]
