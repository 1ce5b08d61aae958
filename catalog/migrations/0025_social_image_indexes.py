from django.db import migrations, models
from django.db.models import Q

from core.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    """Whether anything still names a file is asked before the file is deleted."""

    atomic = False
    dependencies = [("catalog", "0024_social_images")]

    operations = [
        AddIndexConcurrently(
            model, models.Index(fields=["social_image"], condition=~Q(social_image=""), name=f"{model}_social_idx")
        )
        for model in ("product", "bundle")
    ]
