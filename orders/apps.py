from django.apps import AppConfig

from core import personal as registry


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self) -> None:
        from orders import personal, signals  # noqa: PLC0415 - models are not loaded before this

        signals.connect()
        registry.register(personal)
