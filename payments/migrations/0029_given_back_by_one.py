from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0028_not_to_be_given")]

    operations = [
        migrations.AddField(
            "difference",
            "busy_until",
            models.DateTimeField(blank=True, help_text="While somebody gives it back.", null=True),
        ),
    ]
