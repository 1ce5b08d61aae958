import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0027_final_sale'),
        ('orders', '0012_bags_recalled'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Return',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('refund', 'Money back'), ('exchange', 'Another size')], max_length=8)),
                ('state', models.CharField(choices=[('requested', 'Asked for'), ('approved', 'On its way back'), ('refused', 'Refused'), ('received', 'Received'), ('closed', 'Done')], default='requested', max_length=9)),
                ('reason', models.CharField(choices=[('size', 'It does not fit'), ('faulty', 'It is faulty'), ('wrong', 'It is not what I ordered'), ('other', 'Something else')], max_length=6)),
                ('text', models.CharField(blank=True, help_text="In the customer's words.", max_length=500)),
                ('answer', models.CharField(blank=True, help_text='What staff wrote to the customer.', max_length=500)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('received_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='orders.order')),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['state', '-id'], name='return_state_idx')],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('state__in', ['requested', 'approved'])), fields=('order',), name='return_one_under_way'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['received', 'closed']), _negated=True), ('received_at__isnull', False), _connector='OR'), name='return_received_has_its_time'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ReturnLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveSmallIntegerField()),
                ('condition', models.CharField(blank=True, choices=[('', 'Not seen yet'), ('sound', 'As new, back on sale'), ('damaged', 'Worn or damaged, written off')], default='', max_length=7)),
                ('exchange_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.variantsize')),
                ('order_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returned', to='orders.orderline')),
                ('parcel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='orders.return')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [
                    models.UniqueConstraint(fields=('parcel', 'order_line'), name='return_line_once'),
                    models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='return_line_of_one_or_more'),
                ],
            },
        ),
    ]
