from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0030_closed_without_money")]

    operations = [ValidateConstraint(model_name="return", name="return_received_has_its_time")]
