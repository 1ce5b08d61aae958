from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "devtools.sandbox"
    label = "sandbox"
