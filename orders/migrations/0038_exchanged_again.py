import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0037_every_other_country_validated")]

    operations = [
        migrations.AddField(
            "returnline",
            "came_by",
            models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Of pieces that were got in exchange: the line that gave them.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sent_back",
                to="orders.returnline",
            ),
        ),
    ]
