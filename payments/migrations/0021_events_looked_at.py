from django.db import migrations, models

# What staff looked at was called "Not for us" until now.
LOOKED_AT = "UPDATE payments_providerevent SET state = 'closed' WHERE state = 'ignored' AND closed_at IS NOT NULL"
BEFORE = "UPDATE payments_providerevent SET state = 'ignored' WHERE state = 'closed'"


class Migration(migrations.Migration):
    dependencies = [("payments", "0020_not_needed")]

    operations = [
        # The database knows no choices.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="providerevent",
                    name="state",
                    field=models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("applied", "Applied"),
                            ("ignored", "Not for us"),
                            ("review", "To look at"),
                            ("dead", "Given up"),
                            ("closed", "Looked at"),
                        ],
                        default="received",
                        max_length=8,
                    ),
                ),
            ]
        ),
        migrations.RunSQL(LOOKED_AT, BEFORE),
    ]
