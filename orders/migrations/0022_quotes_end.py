from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0021_prices_audited")]

    operations = [
        migrations.AddField(
            model_name="deliveryquote",
            name="expires_at",
            field=models.DateTimeField(
                blank=True,
                help_text="From then on nobody begins to pay it. Empty: it holds until another one.",
                null=True,
            ),
        ),
    ]
