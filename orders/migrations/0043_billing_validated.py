from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0042_billing")]

    operations = [ValidateConstraint(model_name="order", name="order_billing_is_whole")]
