import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0027_final_sale'),
        ('orders', '0013_returns'),
    ]

    operations = [
        migrations.AddField(
            model_name='orderline',
            name='instead',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.variantsize'),
        ),
        migrations.AddField(
            model_name='orderline',
            name='instead_size',
            field=models.CharField(blank=True, db_default='', default='', max_length=10),
        ),
        migrations.AddField(
            model_name='orderline',
            name='instead_sku',
            field=models.CharField(blank=True, db_default='', default='', max_length=140),
        ),
        AddConstraintNotValid(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('instead__isnull', True), ('instead_sku', '')), models.Q(('instead__isnull', False), ('variant_size__isnull', False), models.Q(('instead_sku', ''), _negated=True)), _connector='OR'), name='order_line_instead_is_whole'),
        ),
    ]
