from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class AdminPanelConfig(AppConfig):
    name = "adminpanel"

    def ready(self) -> None:
        from adminpanel import roles  # noqa: PLC0415 - models are not loaded before this

        # An app without tables is told of no migration. That is the last one with some: all rights are there by then.
        post_migrate.connect(roles.install, sender=apps.get_app_config("payments"))
