from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0027_what_erasures_left")]

    operations = [
        # The database knows no help texts.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="refund",
                    name="resolved_at",
                    field=models.DateTimeField(
                        blank=True,
                        help_text="When a failed one was followed by another, or was not to be given after all.",
                        null=True,
                    ),
                ),
            ]
        ),
    ]
