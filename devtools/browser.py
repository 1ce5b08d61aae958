"""Debian's Chromium for the browser tests: found, or installed where that can be done without asking."""

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> Path | None:
    """The browser to use: CHROMIUM, or what is installed under one of the usual names."""
    given = os.environ.get("CHROMIUM")
    found = given or next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else None


def ensure() -> None:
    """Install it as root on a Debian-like system; otherwise say loudly what will be missing."""
    if find() is not None:
        return
    apt = shutil.which("apt-get")
    if apt is not None and os.geteuid() == 0:
        print("Installing Chromium for the browser tests ...", flush=True)
        quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-qq", "--yes", "--no-install-recommends", "chromium"]):
            subprocess.run([apt, *command], env=quietly, capture_output=True, check=False)
    if find() is None:
        print(
            "!!! NO CHROMIUM HERE: the browser tests will be skipped, and fail where CI is set.\n"
            "!!! Install it (Debian: apt-get install chromium), or set CHROMIUM to its path.",
            flush=True,
        )
