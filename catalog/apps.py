from django.apps import AppConfig

from core import personal as registry


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        from catalog import personal, signals  # noqa: PLC0415 - models are not loaded before this

        signals.connect()
        registry.register(personal)
