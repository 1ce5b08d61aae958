from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0025_owed_at_the_door")]

    operations = [
        # The database knows no choices.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="return",
                    name="state",
                    field=models.CharField(
                        choices=[
                            ("requested", "Asked for"),
                            ("approved", "On its way back"),
                            ("refused", "Refused"),
                            ("received", "Received"),
                            ("closed", "Done"),
                            ("lost", "Did not arrive"),
                        ],
                        default="requested",
                        max_length=9,
                    ),
                ),
            ]
        ),
        migrations.AddField("return", "sent_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "return", "carrier", models.CharField(blank=True, db_default="", default="", max_length=60)
        ),
        migrations.AddField(
            "return", "tracking_number", models.CharField(blank=True, db_default="", default="", max_length=80)
        ),
        AddConstraintNotValid(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(("carrier", ""), ("sent_at__isnull", True))
                | models.Q(("sent_at__isnull", False), models.Q(("carrier", ""), _negated=True)),
                name="return_sent_has_a_carrier",
            ),
        ),
    ]
