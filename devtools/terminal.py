"""One terminal for many voices: whole lines, each with the name of who speaks."""

import os
import sys
import threading
from typing import TextIO

_COLOURS = {"shop": "1", "web": "32", "orders": "36", "mail": "96", "media": "35", "beat": "34"}
_COLOURS |= {"sandbox": "33", "setup": "2"}
_WIDTH = max(map(len, _COLOURS))


class Terminal:
    def __init__(self, output: TextIO = sys.stdout) -> None:
        self._output = output
        self._lock = threading.Lock()
        self._coloured = output.isatty() and not os.environ.get("NO_COLOR")

    def say(self, text: str) -> None:
        """A line of our own."""
        self._write(text)

    def speak(self, name: str, line: str) -> None:
        """A line of one of the programs."""
        prefix = f"{name:<{_WIDTH}} |"
        if self._coloured:
            prefix = f"\033[{_COLOURS.get(name, '0')}m{prefix}\033[0m"
        self._write(f"{prefix} {line}")

    def _write(self, line: str) -> None:
        with self._lock:
            try:
                print(line, file=self._output, flush=True)
            except (BrokenPipeError, ValueError):  # nobody listens any more; the programs must still be stopped
                pass
