from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0019_rates")]

    operations = [
        ValidateConstraint(model_name="order", name="order_has_the_rate_of_its_currency"),
        ValidateConstraint(model_name="zone", name="zone_dollars_not_negative"),
    ]
