from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("mailing", "0010_mails_looked_at")]

    operations = [ValidateConstraint(model_name="outgoingmail", name="mail_closed_by_somebody")]
