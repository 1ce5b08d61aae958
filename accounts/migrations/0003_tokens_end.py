from django.conf import settings
from django.db import migrations

# The epoch only ever grows, also where a stale copy of the row is saved over it.
EPOCH = """
CREATE FUNCTION user_token_epoch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.token_epoch := GREATEST(NEW.token_epoch, OLD.token_epoch);
    RETURN NEW;
END
$$;
CREATE TRIGGER user_token_epoch BEFORE UPDATE ON accounts_user
    FOR EACH ROW EXECUTE FUNCTION user_token_epoch();
"""

# A new password, and the end of an account, end its tokens.
TOKENS_END = """
CREATE FUNCTION end_tokens_of_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM knox_authtoken WHERE user_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER end_tokens_of_user AFTER UPDATE OF password, is_active ON accounts_user
    FOR EACH ROW WHEN (OLD.password IS DISTINCT FROM NEW.password OR NOT NEW.is_active)
    EXECUTE FUNCTION end_tokens_of_user();
"""

# Whoever deletes a token, by whatever way, makes what the cache knows of this person's tokens worthless.
TOKEN_GONE = """
CREATE FUNCTION move_token_epoch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE accounts_user SET token_epoch = token_epoch + 1 WHERE id = OLD.user_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER move_token_epoch AFTER DELETE ON knox_authtoken
    FOR EACH ROW EXECUTE FUNCTION move_token_epoch();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_tokens"),
        ("knox", "0009_extend_authtoken_field"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(
            EPOCH, "DROP TRIGGER user_token_epoch ON accounts_user; DROP FUNCTION user_token_epoch()"
        ),
        migrations.RunSQL(
            TOKENS_END, "DROP TRIGGER end_tokens_of_user ON accounts_user; DROP FUNCTION end_tokens_of_user()"
        ),
        migrations.RunSQL(
            TOKEN_GONE, "DROP TRIGGER move_token_epoch ON knox_authtoken; DROP FUNCTION move_token_epoch()"
        ),
    ]
