from django.apps import AppConfig

from core import personal as registry


class MailingConfig(AppConfig):
    name = "mailing"

    def ready(self) -> None:
        from mailing import personal  # noqa: PLC0415 - models are not loaded before this

        registry.register(personal)
