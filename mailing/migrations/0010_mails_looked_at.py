from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """Staff who look at a mail that was given up say who they are and why it need not go out."""

    dependencies = [("mailing", "0009_campaigns")]

    operations = [
        migrations.AddField(
            model_name="outgoingmail",
            name="closed_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=60, verbose_name="looked at by"),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="closed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="looked at"),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="note",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        AddConstraintNotValid(
            model_name="outgoingmail",
            constraint=models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, closed_by="")
                | models.Q(closed_at__isnull=False) & ~models.Q(closed_by=""),
                name="mail_closed_by_somebody",
            ),
        ),
    ]
