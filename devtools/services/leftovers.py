"""A server that an earlier run left behind, because that run was killed."""

import os
import signal
import subprocess
import time
from pathlib import Path


def clear(pid_file: Path, program: str, *steps: tuple[signal.Signals, float]) -> None:
    """Stop the server named in `pid_file` if it still runs; forget the file if the number is now another program's.

    Called by the one who holds the folder, so a server that is still there has no owner any more.
    """
    try:
        pid = int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return
    for request, patience in steps:
        if not _serves(pid, program, pid_file.parent):
            break
        os.kill(pid, request)
        _wait_until_gone(pid, program, pid_file.parent, patience)
    if _alive(pid) and not _serves(pid, program, pid_file.parent):
        pid_file.unlink(missing_ok=True)


def _wait_until_gone(pid: int, program: str, folder: Path, patience: float) -> None:
    give_up = time.monotonic() + patience
    while _serves(pid, program, folder) and time.monotonic() < give_up:
        time.sleep(0.05)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _serves(pid: int, program: str, folder: Path) -> bool:
    """Whether that process is `program` at work in `folder`: numbers are used again, and often so in containers."""
    if not _alive(pid):
        return False
    process = Path("/proc") / str(pid)
    if process.is_dir():
        try:
            return (process / "cwd").resolve(strict=True) == folder.resolve() and program in (
                process / "cmdline"
            ).read_bytes().decode(errors="replace")
        except OSError:  # ended just now, or somebody else's
            return False
    named = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return program in named.stdout
