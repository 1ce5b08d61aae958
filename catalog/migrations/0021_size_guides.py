import django.db.models.deletion
from django.db import migrations, models

MEASURES = ("chest", "waist", "hips")

# Each size begins where the one before it ends, whoever writes; looked at with the commit, so that rows may come in any
# order. Rows are compared as wholes: a measure that one size has, all sizes of the guide have.
WHOLE = """
CREATE FUNCTION size_guide_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong text;
BEGIN
    SELECT format('%s does not begin where %s ends', size, before) INTO wrong FROM (
        SELECT size, chest_from, waist_from, hips_from, lag(size) OVER up AS before,
            lag(chest_to) OVER up AS chest, lag(waist_to) OVER up AS waist, lag(hips_to) OVER up AS hips
        FROM catalog_sizeguiderow WHERE guide_id = COALESCE(NEW.guide_id, OLD.guide_id)
        WINDOW up AS (ORDER BY position, id)
    ) rows WHERE before IS NOT NULL AND (chest_from, waist_from, hips_from) IS DISTINCT FROM (chest, waist, hips) LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION '%', wrong USING ERRCODE = 'check_violation', CONSTRAINT = 'size_guide_is_whole';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER size_guide_is_whole AFTER INSERT OR UPDATE OR DELETE ON catalog_sizeguiderow
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION size_guide_is_whole();
"""
NOT_WHOLE = "DROP FUNCTION size_guide_is_whole() CASCADE"

SIZES = ("XS", "S", "M", "L", "XL", "2XL", "3XL", "4XL", "5XL")
BODY = {
    "chest": (76, 82, 88, 94, 102, 110, 118, 126, 134, 142),
    "waist": (60, 66, 72, 78, 86, 94, 102, 110, 118, 126),
    "hips": (84, 90, 96, 102, 110, 118, 126, 134, 142, 150),
}
GUIDES = [
    ("briefs", "Briefs and underwear", ("waist", "hips"), ("briefs",)),
    ("gymwear", "Gymwear, sets and tops", MEASURES, ("gymwear", "sets", "lounge", "tees")),
]


def seed(apps, schema_editor):
    guides, rows = apps.get_model("catalog", "SizeGuide"), apps.get_model("catalog", "SizeGuideRow")
    for position, (slug, name, measures, categories) in enumerate(GUIDES):
        guide = guides.objects.create(slug=slug, name=name, position=position)
        rows.objects.bulk_create(
            rows(
                guide=guide,
                size=size,
                position=index,
                **{f"{measure}_from": BODY[measure][index] for measure in measures},
                **{f"{measure}_to": BODY[measure][index + 1] for measure in measures},
            )
            for index, size in enumerate(SIZES)
        )
        apps.get_model("catalog", "Category").objects.filter(slug__in=categories).update(size_guide=guide)
    # The table cannot be altered any more while its rows wait to be looked at.
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _range(measure):
    both = {f"{measure}_from__isnull": False, f"{measure}_to__isnull": False}
    neither = {f"{measure}_from__isnull": True, f"{measure}_to__isnull": True}
    inside = {f"{measure}_from__gte": 20, f"{measure}_to__gt": models.F(f"{measure}_from"), f"{measure}_to__lte": 250}
    return models.CheckConstraint(
        condition=models.Q(**neither) | models.Q(**both, **inside), name=f"size_guide_{measure}_is_a_range"
    )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0020_wishlists")]

    operations = [
        migrations.CreateModel(
            name="SizeGuide",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="As customers read it, such as “Briefs and underwear”.", max_length=60)),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("note", models.CharField(blank=True, help_text="Shown above the table.", max_length=300)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={"ordering": ["position", "name"]},
        ),
        migrations.CreateModel(
            name="SizeGuideRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.CharField(help_text="As it is named on the products.", max_length=10)),
                ("position", models.PositiveSmallIntegerField(default=0, help_text="From small to large.")),
                *(
                    (f"{measure}_{end}", models.PositiveSmallIntegerField(blank=True, null=True))
                    for measure in MEASURES
                    for end in ("from", "to")
                ),
                ("guide", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="catalog.sizeguide")),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("guide", "size"), name="size_once_in_a_guide"),
                    models.CheckConstraint(
                        condition=models.Q(("chest_from__isnull", False), ("waist_from__isnull", False), ("hips_from__isnull", False), _connector="OR"),
                        name="size_guide_row_measures_something",
                    ),
                    *(_range(measure) for measure in MEASURES),
                ],
            },
        ),
        migrations.AddField(
            model_name="category",
            name="size_guide",
            field=models.ForeignKey(blank=True, db_index=False, help_text="Of its products that name none of their own.", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="catalog.sizeguide"),
        ),
        migrations.AddField(
            model_name="product",
            name="size_guide",
            field=models.ForeignKey(blank=True, db_index=False, help_text="Where it differs from that of its category.", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="catalog.sizeguide"),
        ),
        migrations.RunSQL(WHOLE, NOT_WHOLE),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
