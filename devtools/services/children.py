"""Child processes that do not outlive the one that started them, even when it is killed outright."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

_PR_SET_PDEATHSIG = 1
# Loaded here because nothing may be loaded between fork and exec.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def spawn(
    command: Sequence[str], *, dies_with: signal.Signals, account: pwd.struct_passwd | None = None, **options: Any
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own, so that Ctrl-C in the terminal reaches only us and we stop it in order.

    On Linux the kernel sends it `dies_with` when this process ends without stopping it.
    """
    if account is not None:
        options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    # Between fork and exec it only asks the kernel for that signal: no lock is taken, so threads do no harm.
    return subprocess.Popen(command, start_new_session=True, preexec_fn=_bind_to_parent(dies_with), **options)  # noqa: PLW1509


def follow_parent() -> None:
    """Let this process, too, be asked to stop when the one that started it is gone."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)


def _bind_to_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    if _libc is None:
        return None
    libc, parent = _libc, os.getpid()

    def bind() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:  # it ended before the line above
            os._exit(1)

    return bind


def stop(process: subprocess.Popen[bytes], *steps: tuple[signal.Signals, float]) -> None:
    """Send each signal in turn, giving it so many seconds to work; then end what is left of its session."""
    for request, patience in steps:
        if process.poll() is not None:
            break
        process.send_signal(request)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    process.wait()
