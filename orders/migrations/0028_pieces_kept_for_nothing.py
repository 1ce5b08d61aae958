from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0027_exchanges_sent_validated")]

    operations = [
        migrations.AddField(
            "orderline",
            "refunded_kept",
            models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="Pieces whose money goes back although the customer keeps them.",
            ),
        ),
    ]
