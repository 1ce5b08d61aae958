from django.db import migrations

from core.audit_rows import audited


class Migration(migrations.Migration):

    dependencies = [("core", "0003_audit_rows")]

    operations = [audited("setting", "core_switch", "name on note", key="name")]
