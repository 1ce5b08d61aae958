from django.db import migrations, models


class Migration(migrations.Migration):
    """When an attempt is asked about again has a column of its own: when it was asked about stays what happened."""

    dependencies = [("payments", "0018_pieces_kept_for_nothing")]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="ask_at",
            field=models.DateTimeField(
                blank=True, help_text="When it is asked again, after a question without an answer.", null=True
            ),
        ),
    ]
