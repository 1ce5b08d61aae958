from django.db import migrations, models

from core.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    """Who signs in, or tries to, is found without a look at every account."""

    atomic = False
    dependencies = [("accounts", "0009_roles_audited")]

    operations = [AddIndexConcurrently("user", models.Index(fields=["email"], name="user_email_idx"))]
