from django.db import migrations

from core.audit_rows import audited


class Migration(migrations.Migration):

    dependencies = [
        ("payments", "0014_receipts"),
        ("core", "0003_audit_rows"),
    ]

    operations = [
        audited("refund", "payments_refund", "payment_id amount_subunit currency delivery_subunit state resolved_at"),
    ]
