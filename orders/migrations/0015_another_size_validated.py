from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0014_another_size")]

    operations = [ValidateConstraint(model_name="orderline", name="order_line_instead_is_whole")]
