from pathlib import Path

from django.db import migrations

VIEW = Path(__file__).with_suffix(".sql")


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0002_promises"),
        ("orders", "0002_snapshots"),
        ("catalog", "0002_ledger"),
        ("mailing", "0001_initial"),
    ]

    operations = [migrations.RunSQL(VIEW.read_text(), "DROP VIEW invariant_violations")]
