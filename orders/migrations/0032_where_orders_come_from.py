from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0031_closed_without_money_validated")]

    operations = [
        migrations.AddField(
            "order",
            "ordered_from",
            models.CharField(blank=True, db_default="", default="", editable=False, max_length=32),
        ),
    ]
