from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0034_zones_without_a_fee")]

    operations = [ValidateConstraint(model_name="zone", name="zone_has_fee_and_days_or_neither")]
