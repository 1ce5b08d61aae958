from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0036_every_other_country")]

    operations = [ValidateConstraint(model_name="zonearea", name="area_has_its_country")]
