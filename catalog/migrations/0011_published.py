from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("catalog", "0010_review_photos")]

    operations = [
        migrations.CreateModel(
            name="Published",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("until", models.DateTimeField()),
            ],
            options={"constraints": [models.CheckConstraint(condition=Q(("id", 1)), name="published_is_one_row")]},
        ),
        migrations.RunSQL(
            "INSERT INTO catalog_published (id, until) VALUES (1, statement_timestamp())", migrations.RunSQL.noop
        ),
    ]
