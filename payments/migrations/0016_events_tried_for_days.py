import django.db.models.functions.datetime
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """A webhook is tried again after a pause, and staff who look at one say who they are and what it was."""

    dependencies = [("payments", "0015_refunds_audited")]

    operations = [
        migrations.AddField(
            model_name="providerevent",
            name="next_attempt_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AddField(
            model_name="providerevent",
            name="closed_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=60, verbose_name="looked at by"),
        ),
        migrations.AddField(
            model_name="providerevent",
            name="closed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="looked at"),
        ),
        migrations.AddField(
            model_name="providerevent",
            name="note",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        AddConstraintNotValid(
            model_name="providerevent",
            constraint=models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, closed_by="")
                | models.Q(closed_at__isnull=False) & ~models.Q(closed_by=""),
                name="provider_event_closed_by_somebody",
            ),
        ),
    ]
