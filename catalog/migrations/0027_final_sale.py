from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0026_changes_of_owners'),
    ]

    operations = [
        migrations.AddField(
            model_name='category',
            name='final_sale',
            field=models.BooleanField(db_default=False, default=False, help_text='What fits badly does not come back, such as underwear.'),
        ),
        # What the shop has said of underwear until now.
        migrations.RunSQL(
            "UPDATE catalog_category SET final_sale = true WHERE slug = 'briefs'", migrations.RunSQL.noop
        ),
    ]
