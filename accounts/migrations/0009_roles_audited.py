from django.db import migrations

from core.audit_rows import audited


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0008_consent_told"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("core", "0003_audit_rows"),
    ]

    operations = [
        audited(
            "role",
            "accounts_user",
            "is_staff is_superuser is_active",
            worth="{0}.is_staff OR {0}.is_superuser OR NOT {0}.is_active",
        ),
        audited("role", "accounts_user_groups", "user_id group_id"),
        audited("role", "accounts_user_user_permissions", "user_id permission_id"),
        audited("role", "auth_group", "name"),
        audited("role", "auth_group_permissions", "group_id permission_id"),
    ]
