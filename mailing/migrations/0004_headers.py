from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailing", "0003_delivery")]

    operations = [
        migrations.AddField(
            model_name="outgoingmail",
            name="headers",
            field=models.JSONField(blank=True, db_default={}, default=dict, help_text="More of the mail's own headers."),
        ),
    ]
