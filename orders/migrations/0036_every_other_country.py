import django_countries.fields
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("orders", "0035_zones_without_a_fee_validated")]

    operations = [
        # The database takes an empty text as it is: only forms are told. The code of before finds no address for it.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "zonearea",
                    "country",
                    django_countries.fields.CountryField(
                        blank=True, help_text="Empty: every country that has no zone of its own.", max_length=2
                    ),
                ),
            ]
        ),
        AddConstraintNotValid(
            model_name="zonearea",
            constraint=models.CheckConstraint(
                condition=Q(state="") | ~Q(country=""),
                name="area_has_its_country",
            ),
        ),
    ]
