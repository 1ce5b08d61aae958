import django.db.models.functions.datetime
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

# A rate that was in force is what prices were made by, and stays. What is planned may change until its moment.
PAST = """
CREATE FUNCTION keep_past_rates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.starts_at <= now() THEN
        RAISE EXCEPTION 'exchange rate % has been in force and never changes', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.starts_at < now() AND EXISTS (
        SELECT FROM catalog_exchangerate WHERE currency = NEW.currency AND starts_at <= now() AND id <> NEW.id
    ) THEN
        RAISE EXCEPTION 'exchange rate % would begin in the past, where another was in force', NEW.naira
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER keep_past_rates BEFORE INSERT OR UPDATE OR DELETE ON catalog_exchangerate
    FOR EACH ROW EXECUTE FUNCTION keep_past_rates();
CREATE TRIGGER note_changed AFTER INSERT OR UPDATE OR DELETE ON catalog_exchangerate
    FOR EACH ROW EXECUTE FUNCTION note_change_everywhere();
"""



class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0027_final_sale'),
    ]

    operations = [
        migrations.CreateModel(
            name='ExchangeRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(choices=[('USD', 'US dollar')], default='USD', max_length=3)),
                ('naira', models.DecimalField(decimal_places=6, help_text='Such as 1530.50 for one dollar.', max_digits=14, verbose_name='naira for one')),
                ('round_up_to', models.PositiveIntegerField(default=10, help_text='In cents. Converted prices are rounded up to a whole number of these: 10 makes $12.34 into $12.40.', verbose_name='round up to')),
                ('starts_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), help_text="By the database's clock. Left as it is, from now on; the past stays what it was.")),
                ('source', models.CharField(blank=True, help_text='Who or what says so.', max_length=60)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'ordering': ['-starts_at'],
                'constraints': [
                    models.UniqueConstraint(fields=('starts_at', 'currency'), name='exchange_rate_once_at_a_time', violation_error_message='There is a rate from that moment on already. Change that one.'),
                    models.CheckConstraint(condition=models.Q(('naira__gt', 0)), name='exchange_rate_above_nought'),
                    models.CheckConstraint(condition=models.Q(('round_up_to__gte', 1), ('round_up_to__lte', 10000)), name='exchange_rate_rounds_to_something'),
                    models.CheckConstraint(condition=models.Q(('currency__in', ['USD'])), name='exchange_rate_of_a_known_currency'),
                ],
            },
        ),
        migrations.AddField(
            model_name='bundle',
            name='usd_price_cents',
            field=models.BigIntegerField(blank=True, help_text="Empty: converted at the day's rate.", null=True, verbose_name='fixed dollar price'),
        ),
        migrations.AddField(
            model_name='product',
            name='usd_price_cents',
            field=models.BigIntegerField(blank=True, help_text='Of what costs the base price; other sizes and sales differ by as much. Empty: converted.', null=True, verbose_name='fixed dollar price'),
        ),
        migrations.RunSQL(PAST, "DROP FUNCTION keep_past_rates() CASCADE; DROP TRIGGER note_changed ON catalog_exchangerate"),
        AddConstraintNotValid(
            model_name='bundle',
            constraint=models.CheckConstraint(condition=models.Q(('usd_price_cents__isnull', True), ('usd_price_cents__gt', 0), _connector='OR'), name='bundle_usd_price_above_nought'),
        ),
        AddConstraintNotValid(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('usd_price_cents__isnull', True), ('usd_price_cents__gt', 0), _connector='OR'), name='product_usd_price_above_nought'),
        ),
    ]
