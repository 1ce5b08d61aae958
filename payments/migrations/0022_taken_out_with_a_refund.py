from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0021_events_looked_at")]

    operations = [
        # The database knows no help texts.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="refundline",
                    name="restocked",
                    field=models.BooleanField(
                        default=False, help_text="Whether its pieces were taken out of the order with it."
                    ),
                ),
            ]
        ),
    ]
