from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0046_exchanges_sent_are_done")]

    operations = [ValidateConstraint(model_name="return", name="return_sent_is_an_exchange_done")]
