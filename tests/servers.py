"""pytest plugin: real servers for the tests, started once, before Django reads its settings.

PostgreSQL and Valkey are throw-away ones unless DATABASE_URL and REDIS_URL name others. Workers of pytest-xdist find
the addresses in the environment that they inherit.
"""

import os
from contextlib import ExitStack

import pytest

from devtools import services

_stack = ExitStack()

TEST_ENVIRONMENT = {
    "PRECHI_ENV": "test",
    "PAYSTACK_SECRET_KEY": "sk_test_prechi_demo",
    "RESEND_API_KEY": "re_test_prechi_demo",
    "RESEND_WEBHOOK_SECRET": "whsec_cHJlY2hpLWRlbW8tc2VjcmV0",
    "DEFAULT_FROM_EMAIL": "Prechi Clothing <hello@prechi.test>",
}

os.environ.update(TEST_ENVIRONMENT)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prechi.settings")
if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ.update(_stack.enter_context(services.throwaway()))


def pytest_unconfigure(config: pytest.Config) -> None:
    _stack.close()
