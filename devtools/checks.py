"""``make check``: everything that can be said about the code without running the shop. All run; failures are named."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from devtools.surroundings import PROJECT

LOCAL = {"PRECHI_ENV": "local"}
TEST = {"PRECHI_ENV": "test"}
# They read files alone, so no servers are started for them.
ARCHITECTURE = "addopts=-p no:valkey -p no:randomly -p no:cacheprovider --import-mode=importlib"
# As strict as the real thing, with values that belong to nobody.
PRODUCTION = {
    "PRECHI_ENV": "production",
    "SECRET_KEY": "only-for-check-deploy-8c1f0f6d5a7b4e3c9d2e1f0a9b8c7d6e5f4a3b2c1d0e9f8a",
    "ALLOWED_HOSTS": "shop.example",
    "SITE_URL": "https://shop.example",
    "CONTACT_EMAIL": "hello@shop.example",
    "SELLER_ADDRESS": "1 Example Street,Lagos",
    "PAYSTACK_SECRET_KEY": "sk_live_only_for_check_deploy",
    "RESEND_API_KEY": "re_only_for_check_deploy",
    "RESEND_WEBHOOK_SECRET": "whsec_b25seS1mb3ItY2hlY2stZGVwbG95",
    "METRICS_TOKEN": "only-for-check-deploy",
    "DEBUG": "",
}


@dataclass(frozen=True)
class Check:
    name: str
    command: list[str]
    env: dict[str, str] = field(default_factory=lambda: LOCAL)


def _python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def _script(name: str, *arguments: str) -> list[str]:
    return [str(Path(sys.executable).with_name(name)), *arguments]


def _templates() -> list[str]:
    return sorted(str(path.relative_to(PROJECT)) for path in (PROJECT / "templates").rglob("*.html"))


def checks() -> list[Check]:
    """Longest first."""
    return [
        Check("types", _python("-m", "mypy")),
        Check("lint", _python("-m", "ruff", "check", ".")),
        Check("format", _python("-m", "ruff", "format", "--check", ".")),
        Check("floors", _python(_script("lint-imports")[0])),
        Check("rules", _python("-m", "pytest", "-q", "-o", ARCHITECTURE, "tests/test_architecture.py"), TEST),
        Check("templates", _script("djade", "--check", "--target-version", "5.2", *_templates())),
        Check(
            "migrations", _python("-W", "ignore::RuntimeWarning", "manage.py", "makemigrations", "--check", "--dry-run")
        ),
        Check("production", _python("manage.py", "check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
        Check("openapi", _python("manage.py", "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull)),
    ]


def run() -> list[str]:
    """The names of the checks that failed, whose output has been printed."""
    started, wanted = time.monotonic(), checks()
    # Two at a time; each is a program of its own.
    with ThreadPoolExecutor(max_workers=2) as pool:
        passed = dict(zip((check.name for check in wanted), pool.map(_passes, wanted), strict=True))
    failed = [name for name, good in passed.items() if not good]
    print(
        f"{len(wanted) - len(failed)} of {len(wanted)} checks passed in {time.monotonic() - started:.0f} s", flush=True
    )
    return failed


def _passes(check: Check) -> bool:
    started = time.monotonic()
    result = subprocess.run(
        check.command,
        cwd=PROJECT,
        env={**os.environ, **check.env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    good = result.returncode == 0
    line = f"{'ok  ' if good else 'FAIL'} {check.name:<12}{time.monotonic() - started:5.1f} s"
    print(line if good else f"{line}\n{result.stdout.rstrip()}", flush=True)
    return good


if __name__ == "__main__":
    failures = run()
    sys.exit(f"Failed: {', '.join(failures)}" if failures else 0)
