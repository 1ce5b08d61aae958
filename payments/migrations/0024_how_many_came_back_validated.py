from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("payments", "0023_how_many_came_back")]

    operations = [ValidateConstraint(model_name="refundline", name="refund_line_of_what_came_back")]
