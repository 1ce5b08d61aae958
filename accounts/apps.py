from django.apps import AppConfig

from core import personal as registry


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import personal  # noqa: PLC0415 - models are not loaded before this

        registry.register(personal)
