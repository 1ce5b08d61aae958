from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0018_erased'),
    ]

    operations = [
        migrations.AddField(
            model_name='zone',
            name='usd_fee_cents',
            field=models.BigIntegerField(blank=True, help_text="Empty: converted at the day's rate.", null=True, verbose_name='fixed dollar fee'),
        ),
        migrations.AddField(
            model_name='zone',
            name='usd_free_from_cents',
            field=models.BigIntegerField(blank=True, help_text='Empty: converted, where there is a threshold in naira.', null=True, verbose_name='free from, in dollars'),
        ),
        AddConstraintNotValid(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('currency', 'NGN'), ('exchange_rate__isnull', True)), models.Q(models.Q(('currency', 'NGN'), _negated=True), ('exchange_rate__gt', 0), ('exchange_rate__isnull', False)), _connector='OR'), name='order_has_the_rate_of_its_currency'),
        ),
        AddConstraintNotValid(
            model_name='zone',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('usd_fee_cents__isnull', True), ('usd_fee_cents__gte', 0), _connector='OR'), models.Q(('usd_free_from_cents__isnull', True), ('usd_free_from_cents__gt', 0), _connector='OR')), name='zone_dollars_not_negative'),
        ),
    ]
