from django.db import migrations, models

# Rows of before get the address that is known for them: the account's, or that of the newsletter's list. They never
# change otherwise.
FILL = r"""
ALTER TABLE accounts_consentchange DISABLE TRIGGER consent_change_never_changes;
UPDATE accounts_consentchange c SET email = coalesce(
    (SELECT u.email FROM accounts_user u
     WHERE u.id = c.user_id AND regexp_replace(lower(u.email), '\+.*(?=@)|\.(?=.*@)', '', 'g') = c.person),
    (SELECT s.email FROM mailing_subscriber s WHERE s.person = c.person),
    ''
);
ALTER TABLE accounts_consentchange ENABLE TRIGGER consent_change_never_changes;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_users_by_email"), ("mailing", "0008_subscribers")]

    operations = [
        migrations.AddField(
            model_name="consentchange",
            name="email",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="As it was written.", max_length=254
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
