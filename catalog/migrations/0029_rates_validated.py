from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("catalog", "0028_rates")]

    operations = [
        ValidateConstraint(model_name="bundle", name="bundle_usd_price_above_nought"),
        ValidateConstraint(model_name="product", name="product_usd_price_above_nought"),
    ]
