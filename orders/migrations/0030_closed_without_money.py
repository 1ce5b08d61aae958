from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0029_exchanges_sent_before")]

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
                            ("unpaid", "Closed without money"),
                        ],
                        default="requested",
                        max_length=9,
                    ),
                ),
            ]
        ),
        migrations.RemoveConstraint("return", "return_received_has_its_time"),
        AddConstraintNotValid(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["received", "closed", "unpaid"]), _negated=True)
                | models.Q(("received_at__isnull", False)),
                name="return_received_has_its_time",
            ),
        ),
    ]
