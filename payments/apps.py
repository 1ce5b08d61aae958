from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate

from payments import invariants


class PaymentsConfig(AppConfig):
    name = "payments"

    def ready(self) -> None:
        pre_migrate.connect(invariants.remove, sender=self)
        post_migrate.connect(invariants.install, sender=self)
