import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailing", "0011_mails_looked_at_validated")]

    operations = [
        migrations.CreateModel(
            name="Standstill",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                (
                    "began_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("ask_at", models.DateTimeField(help_text="When the next mail finds out whether it still does.")),
                ("reason", models.CharField(help_text="In Resend's words.", max_length=300)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="standstill_is_one")],
            },
        ),
    ]
