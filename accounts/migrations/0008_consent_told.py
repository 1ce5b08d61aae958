from django.db import migrations

from core.email_addresses import person

FOR_EVER = """
CREATE TRIGGER consent_change_never_changes BEFORE UPDATE ON accounts_consentchange
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
# The box to tick at the sign-up, the one place where an account could agree so far.
WORDS = "Send me news and offers by e-mail. I can stop them at any time."


def tell_of_before(apps, schema_editor):
    users = apps.get_model("accounts", "User").objects.filter(marketing_consent_at__isnull=False)
    said = apps.get_model("accounts", "ConsentChange")
    for user in users.iterator():
        said.objects.create(
            person=person(user.email),
            user=user,
            given=True,
            source=user.marketing_consent_source or "sign-up",
            wording=WORDS,
            created_at=user.marketing_consent_at,
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_consent_changes"), ("core", "0002_append_only")]

    operations = [
        migrations.RunPython(tell_of_before, migrations.RunPython.noop),
        migrations.RunSQL(FOR_EVER, "DROP TRIGGER consent_change_never_changes ON accounts_consentchange"),
    ]
