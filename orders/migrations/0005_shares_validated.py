from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0004_shares_of_discounts")]

    operations = [ValidateConstraint(model_name="orderline", name="order_line_discount_within_total")]
