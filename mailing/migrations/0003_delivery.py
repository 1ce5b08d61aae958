from django.db import migrations, models

from core.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("mailing", "0002_dead_letters")]

    operations = [
        migrations.AddField(
            model_name="outgoingmail",
            name="delivery",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "–"),
                    ("delayed", "Delayed"),
                    ("delivered", "Delivered"),
                    ("suppressed", "Suppressed"),
                    ("bounced", "Bounced"),
                    ("complained", "marked as spam"),
                ],
                default="",
                max_length=10,
            ),
        ),
        AddIndexConcurrently(
            model_name="outgoingmail",
            index=models.Index(
                condition=models.Q(("provider_id", ""), _negated=True),
                fields=["provider_id"],
                name="mail_provider_id_idx",
            ),
        ),
    ]
