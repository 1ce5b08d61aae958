from django.db import migrations

PROMISES = """
CREATE TRIGGER payment_promise_never_changes BEFORE UPDATE ON payments_payment
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_columns(
        'order_id', 'purpose', 'reference', 'amount_subunit', 'currency', 'created_at'
    );
CREATE TRIGGER payment_is_for_ever BEFORE DELETE ON payments_payment
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

UNDO = """
DROP TRIGGER payment_promise_never_changes ON payments_payment;
DROP TRIGGER payment_is_for_ever ON payments_payment;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial"), ("core", "0002_append_only")]

    operations = [migrations.RunSQL(PROMISES, UNDO)]
