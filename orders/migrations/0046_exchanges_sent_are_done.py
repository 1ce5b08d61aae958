from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0045_exchanges_not_sent_validated")]

    operations = [
        AddConstraintNotValid(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(("sent_at__isnull", True)) | models.Q(("kind", "exchange"), ("state", "closed")),
                name="return_sent_is_an_exchange_done",
            ),
        ),
    ]
