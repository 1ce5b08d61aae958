from django.db import migrations, models

from core.concurrently import LIMITS, AddIndexConcurrently

# For the constraint of the next migration; what a try that was cut short left of it goes first.
ONCE = """
CREATE UNIQUE INDEX CONCURRENTLY return_line_once_of_each
ON orders_returnline (parcel_id, order_line_id, came_by_id) NULLS NOT DISTINCT
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("orders", "0038_exchanged_again")]

    operations = [
        AddIndexConcurrently(
            "returnline",
            models.Index(
                condition=models.Q(("came_by__isnull", False)), fields=["came_by"], name="return_line_came_by_idx"
            ),
        ),
        migrations.RunSQL(
            [
                *(f"SET {limit} = 0" for limit in LIMITS),
                "DROP INDEX CONCURRENTLY IF EXISTS return_line_once_of_each",
                ONCE,
                *(f"RESET {limit}" for limit in LIMITS),
            ],
            "DROP INDEX CONCURRENTLY return_line_once_of_each",
        ),
    ]
