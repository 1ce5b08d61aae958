from django.db import migrations

# Of whom was erased before these were thought of. They are few, and their refunds long done. The references of their
# transfers are not known again, as those of later erasures are.
LEFT = """
UPDATE payments_payment p SET failure_reason = '' FROM orders_order o
WHERE o.id = p.order_id AND o.erased_at IS NOT NULL AND p.failure_reason <> '';
UPDATE payments_refund r SET reason = 'Erased', problem = '' FROM payments_payment p JOIN orders_order o ON o.id = p.order_id
WHERE p.id = r.payment_id AND r.created_at <= o.erased_at AND (r.reason <> 'Erased' OR r.problem <> '');
UPDATE payments_receipt t SET reference = 'erased-' || md5(t.id::text || '/' || t.reference)
FROM payments_payment p JOIN orders_order o ON o.id = p.order_id
WHERE p.id = t.payment_id AND t.recorded_at <= o.erased_at AND t.reference NOT LIKE 'erased-%';
UPDATE mailing_outgoingmail SET last_error = ''
WHERE recipient LIKE '%@erased.invalid' AND last_error NOT IN ('', 'Its person was erased.');
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0026_events_to_forget"), ("mailing", "0011_mails_looked_at_validated")]

    operations = [migrations.RunSQL(LEFT, migrations.RunSQL.noop)]
