import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

FUNCTIONS = """
-- The words of a row are the same whoever reads it, wherever.
CREATE FUNCTION in_utc(one anyelement) RETURNS jsonb LANGUAGE sql STABLE SET timezone = 'UTC' AS $$
    SELECT to_jsonb(one)
$$;

CREATE FUNCTION columns_of(whole jsonb, columns text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_object_agg(key, value) FROM jsonb_each(whole) WHERE key = ANY (columns)
$$;

-- Arguments: the kind, the column that is the key, and the columns that are kept.
CREATE FUNCTION write_audit_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whole_before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN in_utc(OLD) END;
    whole_after jsonb := CASE WHEN TG_OP <> 'DELETE' THEN in_utc(NEW) END;
    row_key text := coalesce(whole_after, whole_before) ->> TG_ARGV[1];
BEGIN
    -- What never was worth a row leaves none when it goes.
    IF TG_OP = 'DELETE' AND NOT EXISTS (
        SELECT FROM core_auditrow WHERE source = TG_TABLE_NAME AND row_id = row_key
    ) THEN
        RETURN NULL;
    END IF;
    INSERT INTO core_auditrow (kind, source, row_id, actor_id, before, after) VALUES (
        TG_ARGV[0], TG_TABLE_NAME, row_key,
        substring(current_query() FROM '^/\\* by (\\d+) \\*/')::bigint,
        columns_of(whole_before, TG_ARGV[2:]), columns_of(whole_after, TG_ARGV[2:])
    );
    RETURN NULL;
END $$;

CREATE TRIGGER audit_row_is_for_ever BEFORE UPDATE OR DELETE ON core_auditrow
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
NO_FUNCTIONS = """
DROP TRIGGER audit_row_is_for_ever ON core_auditrow;
DROP FUNCTION write_audit_row();
DROP FUNCTION columns_of(jsonb, text[]);
DROP FUNCTION in_utc(anyelement);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0002_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('kind', models.CharField(choices=[('price', 'Price'), ('refund', 'Refund'), ('role', 'Role'), ('setting', 'Setting')], max_length=8)),
                ('source', models.CharField(help_text='The table.', max_length=63)),
                ('row_id', models.CharField(max_length=63)),
                ('before', models.JSONField(null=True)),
                ('after', models.JSONField(null=True)),
                ('actor', models.ForeignKey(db_constraint=False, db_index=False, help_text='Nobody: the shop itself, or somebody at its database.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['source', 'row_id', 'id'], name='audit_row_course_idx'), models.Index(fields=['actor', '-id'], name='audit_row_actor_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('before__isnull', False), ('after__isnull', False), _connector='OR'), name='audit_row_says_something')],
            },
        ),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
    ]
