import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


# What is asked for never changes, nothing is forgotten, and a payment gives back no more than it took: whoever writes a
# refund holds the lock of its payment, so the sum is of all there are.
PROMISES = """
CREATE TRIGGER refund_promise_never_changes BEFORE UPDATE ON payments_refund
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_columns(
        'payment_id', 'key', 'amount_subunit', 'currency', 'delivery_subunit', 'created_at'
    );
CREATE TRIGGER refund_is_for_ever BEFORE DELETE ON payments_refund FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refund_line_is_for_ever BEFORE UPDATE OR DELETE ON payments_refundline
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_more_than_was_captured() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    captured bigint;
    others bigint;
BEGIN
    IF NEW.state = 'failed' THEN
        RETURN NEW;
    END IF;
    SELECT coalesce(captured_subunit, 0) INTO captured FROM payments_payment WHERE id = NEW.payment_id;
    SELECT coalesce(sum(amount_subunit), 0) INTO others FROM payments_refund
        WHERE payment_id = NEW.payment_id AND state <> 'failed' AND id <> NEW.id;
    IF others + NEW.amount_subunit > captured THEN
        RAISE EXCEPTION 'payment % captured %, which is less than all its refunds', NEW.payment_id, captured
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER refund_within_captured BEFORE INSERT OR UPDATE OF state ON payments_refund
    FOR EACH ROW EXECUTE FUNCTION refuse_more_than_was_captured();
"""

UNDO = """
DROP TRIGGER refund_within_captured ON payments_refund;
DROP FUNCTION refuse_more_than_was_captured();
DROP TRIGGER refund_line_is_for_ever ON payments_refundline;
DROP TRIGGER refund_is_for_ever ON payments_refund;
DROP TRIGGER refund_promise_never_changes ON payments_refund;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0006_zones_noted'),
        ('payments', '0007_failed_attempts'),
        ('core', '0002_append_only'),
    ]

    operations = [
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text='One request is one refund, however often it is sent.', max_length=120, unique=True)),
                ('amount_subunit', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('delivery_subunit', models.BigIntegerField(default=0, help_text='How much of it is for delivery.')),
                ('reason', models.CharField(max_length=200)),
                ('requested_by', models.CharField(max_length=60)),
                ('state', models.CharField(choices=[('requested', 'To be sent to Paystack'), ('pending', 'With Paystack'), ('processing', 'With the bank'), ('needs-attention', 'Needs attention'), ('processed', 'Given back'), ('failed', 'Failed'), ('by-hand', 'Given back by hand')], default='requested', max_length=16)),
                ('provider_refund_id', models.BigIntegerField(blank=True, null=True, unique=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('problem', models.CharField(blank=True, max_length=300)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('sent_at', models.DateTimeField(blank=True, help_text='When Paystack was last asked to give it back.', null=True)),
                ('checked_at', models.DateTimeField(blank=True, help_text='When Paystack was last asked how it stands.', null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('resolved_at', models.DateTimeField(blank=True, help_text='When a failed one was followed by another.', null=True)),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='payments.payment')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('amount_subunit__gt', 0)), name='refund_amount_above_nought'),
                    models.CheckConstraint(condition=models.Q(('delivery_subunit__gte', 0), ('delivery_subunit__lte', models.F('amount_subunit'))), name='refund_delivery_within_amount'),
                    models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('state__in', ['requested', 'pending', 'processing', 'needs-attention'])), models.Q(('finished_at__isnull', False), ('state__in', ['processed', 'failed', 'by-hand'])), _connector='OR'), name='refund_finished_has_its_time'),
                    models.CheckConstraint(condition=models.Q(('resolved_at__isnull', True), ('state', 'failed'), _connector='OR'), name='refund_resolved_had_failed'),
                    models.UniqueConstraint(condition=models.Q(('state__in', ['requested', 'pending', 'processing', 'needs-attention'])), fields=('payment',), name='refund_one_in_flight_per_payment'),
                ],
            },
        ),
        migrations.CreateModel(
            name='RefundLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveSmallIntegerField()),
                ('amount_subunit', models.BigIntegerField()),
                ('restocked', models.BooleanField(default=False, help_text='Whether its pieces went back on sale with it.')),
                ('order_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refund_lines', to='orders.orderline')),
                ('refund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='payments.refund')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [
                    models.UniqueConstraint(fields=('refund', 'order_line'), name='refund_line_once_per_refund'),
                    models.CheckConstraint(condition=models.Q(('amount_subunit__gte', 0), ('quantity__gte', 1)), name='refund_line_of_one_or_more'),
                ],
            },
        ),
        migrations.SeparateDatabaseAndState(  # one more choice changes no column
            state_operations=[
                migrations.AlterField(
                    model_name='providerevent',
                    name='state',
                    field=models.CharField(choices=[('received', 'Received'), ('applied', 'Applied'), ('ignored', 'Not for us'), ('review', 'To look at'), ('dead', 'Given up')], default='received', max_length=8),
                ),
            ],
        ),
        migrations.RunSQL(PROMISES, UNDO),
    ]
