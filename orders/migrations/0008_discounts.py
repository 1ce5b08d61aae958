import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models

TIME_ZONES = ("Africa/Lagos", "UTC", "Europe/London", "America/New_York", "America/Los_Angeles", "Asia/Dubai")

# Staff may not promise fewer than were given already. The row is locked by the update itself, and an order that is
# about to use the discount holds it too, so that none slips in between.
LIMITS = """
CREATE FUNCTION refuse_limit_below_use() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    used bigint;
BEGIN
    SELECT count(*) INTO used FROM orders_redemption WHERE discount_id = NEW.id AND state = 'live';
    IF NEW.limit_total < used THEN
        RAISE EXCEPTION 'discount % is used by % orders already', NEW.id, used USING ERRCODE = 'check_violation';
    END IF;
    SELECT coalesce(max(n), 0) INTO used FROM (
        SELECT count(*) AS n FROM orders_redemption WHERE discount_id = NEW.id AND state = 'live' GROUP BY email_key
    ) each_customer;
    IF NEW.limit_per_customer < used THEN
        RAISE EXCEPTION 'discount % is used % times by one customer already', NEW.id, used
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER discount_limits_not_below_use BEFORE UPDATE OF limit_total, limit_per_customer ON orders_discount
    FOR EACH ROW WHEN (OLD.limit_total IS DISTINCT FROM NEW.limit_total
                       OR OLD.limit_per_customer IS DISTINCT FROM NEW.limit_per_customer)
    EXECUTE FUNCTION refuse_limit_below_use();
"""

SNAPSHOTS = """
CREATE TRIGGER redemption_never_changes BEFORE UPDATE ON orders_redemption
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_columns(
        'discount_id', 'order_id', 'amount_subunit', 'delivery_subunit'
    );
CREATE TRIGGER redemption_is_for_ever BEFORE DELETE ON orders_redemption
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

# The offer for a first order stands on pages that are kept.
NOTED = """
CREATE TRIGGER note_new_or_gone AFTER INSERT OR DELETE ON orders_discount
    FOR EACH ROW EXECUTE FUNCTION note_change_everywhere();
CREATE TRIGGER note_changed AFTER UPDATE ON orders_discount
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_change_everywhere();
"""

UNDO = """
DROP TRIGGER note_new_or_gone ON orders_discount;
DROP TRIGGER note_changed ON orders_discount;
DROP TRIGGER redemption_never_changes ON orders_redemption;
DROP TRIGGER redemption_is_for_ever ON orders_redemption;
DROP TRIGGER discount_limits_not_below_use ON orders_discount;
DROP FUNCTION refuse_limit_below_use();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0026_changes_of_owners'),
        ('orders', '0007_bags_merge_and_prices_seen'),
    ]

    operations = [
        migrations.CreateModel(
            name='Discount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='Customers read it, as in “10% off your first order”.', max_length=80)),
                ('code', models.CharField(blank=True, help_text='Letters, digits and hyphens, in either case. Empty: every order gets it.', max_length=40)),
                ('kind', models.CharField(choices=[('percentage', 'Percentage'), ('fixed', 'Fixed amount'), ('free_delivery', 'Free delivery')], default='percentage', max_length=13)),
                ('basis_points', models.PositiveSmallIntegerField(default=0, help_text='100 are one per cent.')),
                ('amount_kobo', models.BigIntegerField(blank=True, default=0, help_text='Of a fixed amount.')),
                ('starts_on', models.DateField(blank=True, null=True)),
                ('ends_on', models.DateField(blank=True, help_text='The last day, to its end.', null=True)),
                ('time_zone', models.CharField(choices=[(zone, zone) for zone in TIME_ZONES], default='Africa/Lagos', max_length=40)),
                ('minimum_kobo', models.BigIntegerField(blank=True, default=0, help_text='What the pieces that it is for must come to; nought where it does not matter.')),
                ('first_order_only', models.BooleanField(default=False)),
                ('limit_total', models.PositiveIntegerField(blank=True, help_text='Orders in all. Empty: no limit.', null=True)),
                ('limit_per_customer', models.PositiveIntegerField(blank=True, help_text='Orders of one e-mail address; dots and +tags make no other. Empty: no limit.', null=True)),
                ('stacks', models.BooleanField(default=False, help_text='Goes together with others that stack.')),
                ('active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('categories', models.ManyToManyField(blank=True, help_text='With those below them. Of a bundle, every piece. None: all that the shop sells.', related_name='+', to='catalog.category')),
            ],
            options={
                'ordering': ['-active', '-id'],
                'indexes': [models.Index(condition=models.Q(('active', True)), fields=['code'], name='discount_active_idx')],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('code', ''), _negated=True), fields=('code',), name='discount_code_once'),
                    models.CheckConstraint(condition=django.db.models.lookups.Exact(models.F('code'), django.db.models.functions.text.Upper('code')), name='discount_code_in_one_case'),
                    models.CheckConstraint(condition=models.Q(('code', ''), ('code__regex', '^[A-Z0-9][A-Z0-9-]{2,39}$'), _connector='OR'), name='discount_code_can_be_typed'),
                    models.CheckConstraint(condition=models.Q(models.Q(('amount_kobo', 0), ('basis_points__gte', 1), ('basis_points__lte', 10000), ('kind', 'percentage')), models.Q(('amount_kobo__gte', 1), ('basis_points', 0), ('kind', 'fixed')), models.Q(('amount_kobo', 0), ('basis_points', 0), ('kind', 'free_delivery')), _connector='OR'), name='discount_is_of_one_kind'),
                    models.CheckConstraint(condition=models.Q(('starts_on__isnull', True), ('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='discount_days_in_order'),
                    models.CheckConstraint(condition=models.Q(('time_zone__in', TIME_ZONES)), name='discount_time_zone_known'),
                    models.CheckConstraint(condition=models.Q(('minimum_kobo__gte', 0)), name='discount_minimum_not_negative'),
                    models.CheckConstraint(condition=models.Q(models.Q(('limit_total__isnull', True), ('limit_total__gte', 1), _connector='OR'), models.Q(('limit_per_customer__isnull', True), ('limit_per_customer__gte', 1), _connector='OR')), name='discount_limits_of_one_or_more'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Redemption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email_key', models.CharField(help_text='Whose: the e-mail address in one spelling.', max_length=254)),
                ('amount_subunit', models.BigIntegerField(default=0, help_text='Off the goods.')),
                ('delivery_subunit', models.BigIntegerField(default=0, help_text='Off the delivery.')),
                ('state', models.CharField(choices=[('live', 'Counts'), ('freed', 'Freed'), ('honoured', 'Honoured above the limit')], default='live', max_length=8)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('discount', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='redemptions', to='orders.discount')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='redemptions', to='orders.order')),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('state', 'live')), fields=['discount', 'email_key'], name='redemption_live_idx')],
                'constraints': [
                    models.UniqueConstraint(fields=('order', 'discount'), name='redemption_once_per_order'),
                    models.CheckConstraint(condition=models.Q(('amount_subunit__gte', 0), ('delivery_subunit__gte', 0)), name='redemption_amounts_not_negative'),
                    models.CheckConstraint(condition=models.Q(('amount_subunit__gte', 1), ('delivery_subunit__gte', 1), _connector='OR'), name='redemption_takes_something_off'),
                ],
            },
        ),
        migrations.AddField(
            model_name='bag',
            name='code',
            field=models.CharField(blank=True, db_default='', default='', help_text='Discount code.', max_length=40),
        ),
        migrations.RunSQL(LIMITS + SNAPSHOTS + NOTED, UNDO),
    ]
