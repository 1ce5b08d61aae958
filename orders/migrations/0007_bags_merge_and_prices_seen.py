from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0006_zones_noted'),
    ]

    operations = [
        migrations.AddField(
            model_name='bagline',
            name='seen_kobo',
            field=models.BigIntegerField(blank=True, help_text='What one cost when the shopper last said yes to it: more or less is told.', null=True),
        ),
        # Choices are Django's alone: the database has nothing to do.
        migrations.SeparateDatabaseAndState(state_operations=[
            migrations.AlterField(
                model_name='bag',
                name='state',
                field=models.CharField(choices=[('open', 'Open'), ('ordered', 'Ordered'), ('merged', 'Merged')], default='open', max_length=8),
            ),
        ]),
    ]
