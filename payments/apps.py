from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate

from core import personal as registry
from payments import invariants


class PaymentsConfig(AppConfig):
    name = "payments"

    def ready(self) -> None:
        from payments import personal  # noqa: PLC0415 - models are not loaded before this

        registry.register(personal)
        pre_migrate.connect(invariants.remove, sender=self)
        post_migrate.connect(invariants.install, sender=self)
