from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0010_shipments")]

    operations = [ValidateConstraint(model_name="orderline", name="order_line_takes_back_what_it_has")]
