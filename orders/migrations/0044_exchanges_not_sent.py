import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0043_billing_validated")]

    operations = [
        migrations.AddField(
            "returnline",
            "stayed",
            models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="The other size that left the shelf for it, and was not sent after all.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="catalog.variantsize",
            ),
        ),
        migrations.AddField(
            "returnline",
            "stayed_as",
            models.CharField(
                blank=True,
                choices=[
                    ("", "Not seen yet"),
                    ("sound", "As new, back on sale"),
                    ("damaged", "Worn or damaged, written off"),
                ],
                db_default="",
                default="",
                max_length=7,
            ),
        ),
        AddConstraintNotValid(
            model_name="returnline",
            constraint=models.CheckConstraint(
                condition=models.Q(("stayed__isnull", True), ("stayed_as", ""))
                | models.Q(
                    ("exchange_to__isnull", True), ("stayed__isnull", False), ("stayed_as__in", ["sound", "damaged"])
                ),
                name="return_line_stayed_whole",
            ),
        ),
    ]
