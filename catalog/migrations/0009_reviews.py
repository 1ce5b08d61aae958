import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

import catalog.models.reviews

# What a customer wrote is never rewritten, whoever has the keys; what the shop did with it is.
WORDS_STAND = """
CREATE FUNCTION review_words_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the words of review % cannot be changed: approve it, reject it or reply', OLD.id
        USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER review_words_stand BEFORE UPDATE ON catalog_review
    FOR EACH ROW WHEN (
        (OLD.stars, OLD.title, OLD.text, OLD.fit, OLD.size, OLD.colour, OLD.product_id, OLD.invitation_id)
        IS DISTINCT FROM
        (NEW.stars, NEW.title, NEW.text, NEW.fit, NEW.size, NEW.colour, NEW.product_id, NEW.invitation_id)
    ) EXECUTE FUNCTION review_words_stand();
"""
WORDS_MOVE = "DROP FUNCTION review_words_stand() CASCADE"

# A customer's photo is shown on the product's page as well.
PHOTOS_NOTED = """
CREATE OR REPLACE FUNCTION note_image_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    image catalog_image := COALESCE(NEW, OLD);
BEGIN
    PERFORM note_change_of_variant(image.variant_id);
    IF image.bundle_id IS NOT NULL THEN
        INSERT INTO catalog_cataloguechange (bundle_id) VALUES (image.bundle_id);
    END IF;
    IF image.review_id IS NOT NULL THEN
        INSERT INTO catalog_cataloguechange (product_id) SELECT product_id FROM catalog_review WHERE id = image.review_id;
    END IF;
    RETURN NULL;
END $$;
"""
PHOTOS_NOT_NOTED = """
CREATE OR REPLACE FUNCTION note_image_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    image catalog_image := COALESCE(NEW, OLD);
BEGIN
    PERFORM note_change_of_variant(image.variant_id);
    IF image.bundle_id IS NOT NULL THEN
        INSERT INTO catalog_cataloguechange (bundle_id) VALUES (image.bundle_id);
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0008_new_releases"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReviewInvitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(default=catalog.models.reviews.new_invitation_token, editable=False, max_length=40, unique=True)),
                ("order_line", models.BigIntegerField(help_text="Id of the line of the order, or of a bundle's piece.", unique=True)),
                ("order_number", models.CharField(max_length=20)),
                ("user", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("product", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.product")),
                ("variant_size", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.variantsize")),
                ("colour", models.CharField(blank=True, max_length=40)),
                ("size", models.CharField(blank=True, max_length=10)),
                ("name", models.CharField(blank=True, help_text="Offered as the name to show.", max_length=40)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["order_number"], name="invitation_order_idx")],
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("invitation", models.OneToOneField(on_delete=django.db.models.deletion.RESTRICT, related_name="review", to="catalog.reviewinvitation")),
                ("product", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="reviews", to="catalog.product")),
                ("author", models.CharField(help_text="Who wrote it, as votes know people.", max_length=60)),
                ("display_name", models.CharField(max_length=40)),
                ("stars", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=80)),
                ("text", models.TextField()),
                ("fit", models.CharField(choices=[("small", "Runs small"), ("true", "True to size"), ("large", "Runs large")], max_length=5)),
                ("colour", models.CharField(blank=True, max_length=40)),
                ("size", models.CharField(blank=True, max_length=10)),
                ("state", models.CharField(choices=[("pending", "To read"), ("approved", "Approved"), ("rejected", "Rejected")], default="pending", max_length=8)),
                ("reason", models.CharField(blank=True, help_text="Why it was rejected.", max_length=300)),
                ("reply", models.TextField(blank=True, help_text="The shop's public answer.")),
                ("replied_at", models.DateTimeField(blank=True, null=True)),
                ("helpful_count", models.PositiveIntegerField(default=0, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("stars__gte", 1), ("stars__lte", 5)), name="review_of_one_to_five_stars"),
                    models.CheckConstraint(condition=models.Q(("fit__in", ["small", "true", "large"])), name="review_fit_is_known"),
                    models.CheckConstraint(condition=models.Q(("state__in", ["pending", "approved", "rejected"])), name="review_state_is_known"),
                    models.CheckConstraint(condition=models.Q(models.Q(("title", ""), _negated=True), models.Q(("text", ""), _negated=True), models.Q(("display_name", ""), _negated=True)), name="review_says_something"),
                    models.CheckConstraint(condition=models.Q(django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("text"), 2000), django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length("reply"), 2000)), name="review_texts_are_short"),
                    models.CheckConstraint(condition=models.Q(models.Q(("state", "rejected"), _negated=True), models.Q(("reason", ""), _negated=True), _connector="OR"), name="review_rejected_for_a_reason"),
                ],
                "indexes": [
                    models.Index(condition=models.Q(("state", "approved")), fields=["product", "-helpful_count", "-id"], name="review_shown_idx"),
                    models.Index(fields=["product"], name="review_product_idx"),
                    models.Index(condition=models.Q(("state", "pending")), fields=["id"], name="review_to_read_idx"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewVote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("review", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="votes", to="catalog.review")),
                ("voter", models.CharField(max_length=60)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("review", "voter"), name="review_vote_once_a_person")],
            },
        ),
        migrations.AddField(
            model_name="product",
            name="rating_count",
            field=models.PositiveIntegerField(db_default=0, editable=False),
        ),
        migrations.AddField(
            model_name="product",
            name="rating_sum",
            field=models.PositiveIntegerField(db_default=0, editable=False),
        ),
        migrations.AddField(
            model_name="product",
            name="star_counts",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), db_default=[0, 0, 0, 0, 0], editable=False, help_text="With one star, two and so on.", size=None),
        ),
        migrations.AddField(
            model_name="product",
            name="fit_counts",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), db_default=[0, 0, 0], editable=False, help_text="Small, true to size, large.", size=None),
        ),
        migrations.AddField(
            model_name="image",
            name="review",
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="photos", to="catalog.review"),
        ),
        migrations.RemoveConstraint(model_name="image", name="image_of_a_variant_or_a_bundle"),
        AddConstraintNotValid(
            model_name="image",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("bundle__isnull", True), ("review__isnull", True), ("variant__isnull", False)), models.Q(("bundle__isnull", False), ("review__isnull", True), ("variant__isnull", True)), models.Q(("bundle__isnull", True), ("review__isnull", False), ("variant__isnull", True)), _connector="OR"), name="image_of_one_owner"),
        ),
        migrations.RunSQL(WORDS_STAND, WORDS_MOVE),
        migrations.RunSQL(PHOTOS_NOTED, PHOTOS_NOT_NOTED),
    ]
