from django.db import migrations, models

# As refunds say of themselves from now on: the customer keeps what neither went back on sale with its refund nor came
# back by a return. A refund that is tried again is of the same cause as its first. Where pieces of a line came back, a
# refund from the order's page is taken for theirs: better one too many may come back than one that is not asked for.
KEPT = """
ALTER TABLE payments_refundline DISABLE TRIGGER refund_line_is_for_ever;
WITH RECURSIVE cause AS (
    SELECT id, id AS first, key FROM payments_refund WHERE key NOT LIKE 'again/%'
    UNION ALL
    SELECT again.id, cause.first, cause.key FROM payments_refund again JOIN cause ON again.key = 'again/' || cause.id
)
UPDATE payments_refundline l SET kept = true
FROM cause
WHERE cause.id = l.refund_id AND cause.key NOT LIKE 'return/%'
  AND NOT EXISTS (
    SELECT FROM payments_refundline o
    WHERE o.refund_id = cause.first AND o.order_line_id = l.order_line_id AND o.restocked
  )
  AND NOT EXISTS (
    SELECT FROM orders_returnline r JOIN orders_return p ON p.id = r.parcel_id
    WHERE r.order_line_id = l.order_line_id AND r.exchange_to_id IS NULL AND p.state IN ('received', 'closed')
  );
ALTER TABLE payments_refundline ENABLE TRIGGER refund_line_is_for_ever;
UPDATE orders_orderline l SET refunded_kept = kept.pieces
FROM (
    SELECT rl.order_line_id, sum(rl.quantity) AS pieces
    FROM payments_refundline rl JOIN payments_refund r ON r.id = rl.refund_id
    WHERE rl.kept AND r.state <> 'failed' GROUP BY 1
) kept
WHERE kept.order_line_id = l.id;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0017_events_due"), ("orders", "0028_pieces_kept_for_nothing")]

    operations = [
        migrations.AddField(
            "refundline",
            "kept",
            models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whether the customer keeps its pieces: none went back or came back.",
            ),
        ),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
    ]
