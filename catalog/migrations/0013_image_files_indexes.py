from django.db import migrations, models

from core.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    """Whether any picture still names a file is asked before the file is deleted."""

    atomic = False
    dependencies = [("catalog", "0012_uploads")]

    operations = [
        AddIndexConcurrently("image", models.Index(fields=["original"], name="image_original_idx")),
        AddIndexConcurrently("image", models.Index(fields=["stem"], name="image_stem_idx")),
    ]
