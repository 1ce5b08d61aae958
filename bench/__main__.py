"""``make bench``: about four minutes. Prints one table and writes bench/RESULTS.md; a missed target fails nothing.

``make bench args=orders`` measures orders alone, for whoever works on them, and writes nothing.
"""

import signal
import sys
import time
from types import FrameType

import psycopg

from bench import flash, media, mix, orders, pages, report, servers
from devtools.problem import Problem
from devtools.services import children
from devtools.terminal import Terminal


class Stopped(BaseException):
    """Ctrl-C, or a polite SIGTERM."""


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    children.follow_parent()
    terminal = Terminal()
    try:
        _orders_alone(terminal) if "orders" in sys.argv else _bench(terminal)
    except Stopped:
        return 130
    except Problem as problem:
        terminal.say(str(problem))
        return 1
    return 0


def _stop(number: int, frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)
    raise Stopped


def _bench(terminal: Terminal) -> None:
    started = time.monotonic()
    with servers.running(terminal) as running:
        terminal.say("Measuring the catalogue ...")
        of_pages = pages.measure(running)
        terminal.say("Measuring orders ...")
        of_orders = orders.measure(running)
        statements = orders.statements(running)
        of_sale = flash.measure(running)
        terminal.say("Measuring a day ...")
        of_day, ready = mix.measure(running)
        terminal.say("Measuring pictures ...")
        of_pictures = media.measure(running, terminal)
        server = _version(running.database)
    lines = report.table([*of_pages, *of_orders, of_sale, of_day, *of_pictures])
    notes = report.surroundings_of_run(server, time.monotonic() - started, of_pages[0])
    notes.append(ready)
    report.write(lines, statements, notes)
    terminal.say("\n" + report.as_text(lines))
    terminal.say("\n" + "\n".join(f"- {note}" for note in notes))
    terminal.say(f"\nWritten to {report.RESULTS.parent.name}/{report.RESULTS.name}.")


def _orders_alone(terminal: Terminal) -> None:
    with servers.running(terminal) as running:
        terminal.say("Measuring orders ...")
        rows = [*orders.measure(running), flash.measure(running)]
    terminal.say("\n" + report.as_text(report.table(rows)))


def _version(url: str) -> str:
    with psycopg.connect(url) as connection:
        return f"PostgreSQL {connection.info.server_version // 10000}.{connection.info.server_version % 10000}, durable"


if __name__ == "__main__":
    sys.exit(main())
