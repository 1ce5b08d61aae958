from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

# What was neither kept nor taken out, by a refund or by the one that is tried again with it, had come back by a return.
CAME_BACK = """
ALTER TABLE payments_refundline DISABLE TRIGGER refund_line_is_for_ever;
WITH RECURSIVE cause AS (
    SELECT id, id AS first FROM payments_refund WHERE key NOT LIKE 'again/%'
    UNION ALL
    SELECT again.id, cause.first FROM payments_refund again JOIN cause ON again.key = 'again/' || cause.id
)
UPDATE payments_refundline l SET came_back = quantity
FROM cause
WHERE cause.id = l.refund_id AND NOT l.kept
  AND NOT EXISTS (
    SELECT FROM payments_refundline o
    WHERE o.refund_id = cause.first AND o.order_line_id = l.order_line_id AND o.restocked
  );
ALTER TABLE payments_refundline ENABLE TRIGGER refund_line_is_for_ever;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0022_taken_out_with_a_refund")]

    operations = [
        migrations.AddField(
            "refundline",
            "came_back",
            models.PositiveSmallIntegerField(
                db_default=0, default=0, help_text="How many of its pieces had come back by a return."
            ),
        ),
        migrations.RunSQL(CAME_BACK, migrations.RunSQL.noop),
        AddConstraintNotValid(
            model_name="refundline",
            constraint=models.CheckConstraint(
                condition=models.Q(("came_back__lte", models.F("quantity"))), name="refund_line_of_what_came_back"
            ),
        ),
        # The database knows no help texts.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="refundline",
                    name="kept",
                    field=models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="Whether the customer keeps those of its pieces that never came back.",
                    ),
                ),
            ]
        ),
    ]
