"""The workers of `make run` serve every queue that the shop has, and no slow one holds up a quick one."""

from pathlib import Path
from typing import Any

from devtools import dev
from devtools.surroundings import Place
from payments.metrics import queue_names


class Noted:
    """Instead of devtools.processes.Processes: what would be started."""

    def __init__(self) -> None:
        self.commands: list[list[str]] = []

    def start(self, name: str, command: list[str], env: Any) -> None:
        self.commands.append(command)


def workers() -> dict[tuple[str, ...], int]:
    """Queues to the number of their processes."""
    noted = Noted()
    dev._start_workers(noted, Place(8000, 8001, Path("/somewhere")), {})  # type: ignore[arg-type]
    commands = [command for command in noted.commands if "worker" in command]
    return {
        tuple(command[command.index("-Q") + 1].split(",")): int(command[command.index("-c") + 1])
        for command in commands
    }


def test_every_queue_has_one_worker() -> None:
    assert sorted(name for queues in workers() for name in queues) == queue_names()


def test_a_newsletter_leaves_a_process_to_the_mails_of_orders() -> None:
    assert [processes for queues, processes in workers().items() if "mail" in queues] == [2]


def test_payments_wait_for_nobody() -> None:
    assert ("orders",) in workers()
