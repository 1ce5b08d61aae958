"""Where this shop runs on this machine, and the environment that its programs are given."""

import errno
import os
import shutil
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devtools.problem import Problem

PROJECT = Path(__file__).resolve().parent.parent
MEGABYTES_NEEDED = 500

DEMO_PAYSTACK_KEY = "sk_test_prechi_demo"
DEMO_RESEND_KEY = "re_test_prechi_demo"
DEMO_RESEND_WEBHOOK_SECRET = "whsec_cHJlY2hpLWRlbW8tc2VjcmV0"
DEMO_CLOUDINARY_ACCOUNT = "cloudinary://demo-key:demo-secret@prechi-demo"


@dataclass(frozen=True)
class Place:
    port: int
    sandbox_port: int
    local_dir: Path

    @property
    def shop(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def sandbox(self) -> str:
        return f"http://localhost:{self.sandbox_port}"


def read(environ: Mapping[str, str]) -> Place:
    place = Place(
        port=_port(environ, "PORT", 8000),
        sandbox_port=_port(environ, "SANDBOX_PORT", 8001),
        local_dir=(PROJECT / (environ.get("PRECHI_LOCAL_DIR") or ".local")).expanduser().absolute(),
    )
    if place.port == place.sandbox_port:
        raise Problem(
            f"PORT and SANDBOX_PORT are both {place.port}. Give the sandbox another: SANDBOX_PORT={place.port + 1}."
        )
    return place


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    given = environ.get(name) or str(default)
    if not given.isascii() or not given.isdigit() or not 0 < int(given) < 65536:
        raise Problem(f"{name} is {given!r}. Set it to a number from 1 to 65535, as in {name}={default + 10} make run.")
    return int(given)


# --- Before anything starts ------------------------------------------------------------------------------------------


def check_disk(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free // 1_000_000
    except OSError as error:
        raise Problem(
            f"Cannot write in {folder} ({error.strerror}). Set PRECHI_LOCAL_DIR to a folder of your own."
        ) from error
    if not os.access(folder, os.W_OK):
        raise Problem(f"Cannot write in {folder}. Set PRECHI_LOCAL_DIR to a folder of your own.")
    if free < MEGABYTES_NEEDED:
        raise Problem(
            f"The disk of {folder} is nearly full: {free} MB are free and the shop needs {MEGABYTES_NEEDED}. "
            "Make room, or set PRECHI_LOCAL_DIR to a folder on another disk."
        )


def check_ports(place: Place) -> None:
    for name, port in (("PORT", place.port), ("SANDBOX_PORT", place.sandbox_port)):
        problem = _problem_of_port(port)
        if problem:
            raise Problem(f"{problem} Stop it or run {name}={port + 10} make run.".replace("  ", " "))


def _problem_of_port(port: int) -> str:
    try:
        with socket.socket() as probe:
            # As the web server does: a port that was closed a moment ago is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    except PermissionError:
        return f"Port {port} is reserved by this system."
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return f"Port {port} is taken by another program."
        return f"Port {port} cannot be used ({error.strerror})."
    # Browsers try the IPv6 form of localhost first, so whoever answers there would be taken for the shop.
    try:
        with socket.create_connection(("::1", port), timeout=0.5):
            return f"Port {port} is taken by another program."
    except OSError:
        return ""


# --- Environment -----------------------------------------------------------------------------------------------------


def of_shop(place: Place, given: Mapping[str, str], addresses: Mapping[str, str]) -> dict[str, str]:
    """What web, workers and commands get. Each provider is the sandbox until its key is given; what is given wins."""
    given = given_values(given)
    sandbox = f"http://127.0.0.1:{place.sandbox_port}"
    env = {
        "SITE_URL": place.shop,
        "SANDBOX_PUBLIC_URL": place.sandbox,
        "PROMETHEUS_MULTIPROC_DIR": str(place.local_dir / "metrics"),
    }
    if given.get("PAYSTACK_SECRET_KEY", DEMO_PAYSTACK_KEY) == DEMO_PAYSTACK_KEY:
        env |= {"PAYSTACK_SECRET_KEY": DEMO_PAYSTACK_KEY, "PAYSTACK_BASE_URL": f"{sandbox}/paystack"}
    if given.get("RESEND_API_KEY", DEMO_RESEND_KEY) == DEMO_RESEND_KEY:
        env |= {
            "RESEND_API_KEY": DEMO_RESEND_KEY,
            "RESEND_API_URL": f"{sandbox}/resend",
            "RESEND_WEBHOOK_SECRET": DEMO_RESEND_WEBHOOK_SECRET,
        }
    if "CLOUDINARY_URL" not in given:
        env |= {
            "CLOUDINARY_URL": f"{DEMO_CLOUDINARY_ACCOUNT}?upload_prefix={sandbox}/cloudinary",
            "CLOUDINARY_DELIVERY_ORIGIN": place.sandbox,
        }
    own = {
        "PRECHI_ENV": "local",
        "PRECHI_LOCAL_DIR": str(place.local_dir),
        "PORT": str(place.port),
        "SANDBOX_PORT": str(place.sandbox_port),
        "DJANGO_SETTINGS_MODULE": "prechi.settings",
        "PYTHONUNBUFFERED": "1",
        # Celery warns each time that it runs as root. On a developer's machine that is the developer's choice.
        "PYTHONWARNINGS": given.get("PYTHONWARNINGS", "ignore:::celery.platforms"),
    }
    return env | given | own | dict(addresses)


def of_sandbox(place: Place, given: Mapping[str, str]) -> dict[str, str]:
    """What the sandbox gets: keys that might be real never reach it."""
    keys = {
        "PAYSTACK_SECRET_KEY": DEMO_PAYSTACK_KEY,
        "RESEND_API_KEY": DEMO_RESEND_KEY,
        "RESEND_WEBHOOK_SECRET": DEMO_RESEND_WEBHOOK_SECRET,
        "CLOUDINARY_URL": DEMO_CLOUDINARY_ACCOUNT,
    }
    own = {
        "PRECHI_LOCAL_DIR": str(place.local_dir),
        "SANDBOX_PORT": str(place.sandbox_port),
        "SHOP_URL": f"http://127.0.0.1:{place.port}",
        "PYTHONUNBUFFERED": "1",
    }
    return {"SANDBOX_PUBLIC_URL": place.sandbox} | given_values(given) | keys | own


def given_values(given: Mapping[str, str]) -> dict[str, str]:
    """Without the empty ones: `PAYSTACK_SECRET_KEY= make run` means the demo's key."""
    return {name: value for name, value in given.items() if value}
