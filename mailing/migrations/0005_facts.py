from django.db import migrations, models

import mailing.facts


class Migration(migrations.Migration):
    dependencies = [("mailing", "0004_headers")]

    operations = [
        migrations.AddField(
            model_name="outgoingmail",
            name="facts",
            field=models.JSONField(
                blank=True,
                db_default={},
                decoder=mailing.facts.Decoder,
                default=dict,
                encoder=mailing.facts.Encoder,
                help_text="What its texts are rendered from, once, when it is first sent.",
            ),
        ),
    ]
