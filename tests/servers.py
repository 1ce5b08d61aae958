"""pytest plugin: real servers for the tests, started once, before Django reads its settings.

PostgreSQL and Valkey are throw-away ones unless DATABASE_URL and REDIS_URL name others. Workers of pytest-xdist find
the addresses in the environment that they inherit.
"""

import os
import re
from contextlib import ExitStack
from urllib.parse import urlsplit

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

FIRST_NUMBER = 2  # 0 and 1 are the cache and the queue of a test run in one process


def numbered(url: str, number: int) -> str:
    """The same Redis, another of its databases."""
    if url.startswith("unix:"):
        return re.sub(r"\bdb=\d+", f"db={number}", url)
    return urlsplit(url)._replace(path=f"/{number}").geturl()


os.environ.update(TEST_ENVIRONMENT)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prechi.settings")
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    # Each test begins with an empty cache, which it must not empty for another process.
    os.environ["REDIS_URL"] = numbered(os.environ["REDIS_URL"], FIRST_NUMBER + int(worker.removeprefix("gw")))
else:
    os.environ.update(_stack.enter_context(services.throwaway()))


def pytest_unconfigure(config: pytest.Config) -> None:
    _stack.close()
