from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0026_exchanges_sent")]

    operations = [ValidateConstraint(model_name="return", name="return_sent_has_a_carrier")]
