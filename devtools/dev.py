"""``make run``: the whole shop in one terminal, until Ctrl-C. Needs no Django, for it decides what Django is told."""

import json
import os
import shutil
import signal
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import environ

from devtools import database, services, surroundings
from devtools.problem import Problem
from devtools.processes import Processes, Program
from devtools.services import children, places
from devtools.surroundings import PROJECT, Place
from devtools.terminal import Terminal

STARTS_WITHIN = 120.0
# For `make manage`: how to reach the servers of the shop that is running.
ENVIRONMENT_FILE = "environment.json"
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# Never through a proxy of the environment: the shop is on this machine.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Stopped(BaseException):
    """Somebody pressed Ctrl-C, or asked politely by SIGTERM."""


def main() -> int:
    for number in STOP_SIGNALS:
        signal.signal(number, _stop)
    if "MAKELEVEL" in os.environ:
        children.follow_parent()
    terminal = Terminal()
    try:
        _run(terminal)
    except Stopped:
        terminal.say("Stopped.")
        return 0
    except Problem as problem:
        terminal.say(f"\n{problem}")
        return 1


def _stop(number: int, frame: FrameType | None) -> None:
    for other in STOP_SIGNALS:  # once is enough: all that follows is clean-up, and has its time limits
        signal.signal(other, signal.SIG_IGN)
    raise Stopped


def _run(terminal: Terminal) -> None:
    if (PROJECT / ".env").exists():
        environ.Env.read_env(str(PROJECT / ".env"))
    given = surroundings.given_values(os.environ)
    place = surroundings.read(given)
    surroundings.check_disk(place.local_dir)
    places.check_unclaimed(place.local_dir)
    surroundings.check_ports(place)
    terminal.say("Starting PostgreSQL and Redis ...")
    with services.running(place.local_dir, environ=given) as addresses, Processes(terminal, PROJECT) as processes:
        shop = surroundings.of_shop(place, given, addresses)
        _empty(Path(shop["PROMETHEUS_MULTIPROC_DIR"]))
        (place.local_dir / "static").mkdir(exist_ok=True)
        sandbox = processes.start("sandbox", _python("-m", "devtools.sandbox"), surroundings.of_sandbox(place, given))
        _migrate(terminal, processes, shop)
        # The demo's customers pay there.
        _wait(processes, f"http://127.0.0.1:{place.sandbox_port}/health", _is_process(sandbox), "The sandbox")
        _stock(terminal, processes, shop)
        _start_web(processes, place, shop)
        with _published(place, shop):
            _wait(processes, f"http://127.0.0.1:{place.port}/healthz", lambda body: body.startswith(b"ok"), "The shop")
            # Last, for on a small machine they would hold up the pages; what they find waiting is in the outbox.
            _start_workers(processes, place, shop)
            _print_addresses(terminal, place)
            try:
                processes.watch()
            except Stopped:
                terminal.say("Stopping ...")
                raise


def _python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _migrate(terminal: Terminal, processes: Processes, env: Mapping[str, str]) -> None:
    """The schema of today."""
    url = env["DATABASE_URL"]
    ours = "DATABASE_URL" not in os.environ  # in somebody else's database nothing is noted
    if not (ours and database.is_current(url)):
        terminal.say("Preparing the database ...")
        processes.run("setup", _python("manage.py", "migrate", "--no-input", "--verbosity", "0"), env)
        if ours:
            database.note_current(url)


def _stock(terminal: Terminal, processes: Processes, env: Mapping[str, str]) -> None:
    """The demo shop, where nothing is for sale yet."""
    if not database.is_stocked(env["DATABASE_URL"]):
        terminal.say("Filling the demo shop ...")
        processes.run("setup", _python("manage.py", "load_demo"), env)


def _start_web(processes: Processes, place: Place, env: Mapping[str, str]) -> None:
    granian = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(place.port), "--no-ws"]
    granian += ["--workers", "2", "--blocking-threads", "4"]
    # Its defaults refuse connections while workers are replaced, and can hang at the end.
    granian += ["--respawn-interval", "15", "--workers-kill-timeout", "5", "--log-level", "warning"]
    processes.start("web", _python("-m", *granian, "prechi.wsgi:application"), env)


def _start_workers(processes: Processes, place: Place, env: Mapping[str, str]) -> None:
    # Pictures and mails have workers of their own, so that a heap of them or a silent Resend never holds up a payment.
    processes.start("orders", _worker("orders", "orders", 2), env)
    # A newsletter goes out slowly and holds a process for most of a minute. There is never more than one at a time
    # (mailing.campaign_sending), so that the other process is free for the mails of orders.
    processes.start("mail", _worker("mail", "mail,bulk", 2), env)
    processes.start("media", _worker("media", "media", 2), env)
    timetable = str(place.local_dir / "celerybeat-schedule")
    processes.start("beat", _celery("beat", "-s", timetable, "--pidfile="), env)


def _worker(name: str, queues: str, concurrency: int) -> list[str]:
    alone = ["--without-gossip", "--without-mingle"]  # they are for workers that look for each other
    return _celery("worker", "-n", f"{name}@%h", "-Q", queues, "-c", str(concurrency), *alone)


def _celery(*arguments: str) -> list[str]:
    return _python("-m", "celery", "--quiet", "-A", "prechi", *arguments, "-l", "WARNING")


def _wait(processes: Processes, url: str, good: Callable[[bytes], bool], what: str) -> None:
    give_up = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < give_up:
        processes.check()
        try:
            with _direct.open(url, timeout=5) as answer:
                if good(answer.read()):
                    return
        except (OSError, ValueError):
            pass
        time.sleep(0.1)
    raise Problem(f"{what} did not answer at {url} within {STARTS_WITHIN:.0f} seconds. Its lines above may say why.")


def _is_process(program: Program) -> Callable[[bytes], bool]:
    """Whether it is ours that answers."""
    return lambda body: json.loads(body)["pid"] == program.process.pid


@contextmanager
def _published(place: Place, env: Mapping[str, str]) -> Iterator[None]:
    """The environment of the running shop, in a private file for as long as it runs."""
    file = place.local_dir / ENVIRONMENT_FILE
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(json.dumps({name: value for name, value in env.items() if os.environ.get(name) != value}))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def _print_addresses(terminal: Terminal, place: Place) -> None:
    terminal.say(f"""
  Shop          {place.shop}/
                ada@prechi.test, password prechi-demo-ada
  Back office   {place.shop}/admin/
                owner@prechi.test, password prechi-demo-owner
  API           {place.shop}/api/docs/
  Mail inbox    {place.sandbox}/inbox/
  Sandbox       {place.sandbox}/    payments, webhooks, faults of the pretended providers
  Ctrl-C stops everything.
""")
    terminal.say(f"ready {place.shop}")


if __name__ == "__main__":
    sys.exit(main())
