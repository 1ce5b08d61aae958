"""``make test``: the checks, then the tests. Both always run; either can fail it."""

import os
import subprocess
import sys

from devtools import browser, checks
from devtools.surroundings import PROJECT

MOST_PROCESSES = 8


def main(arguments: list[str]) -> int:
    browser.ensure()
    failed = [] if arguments else checks.run()
    processes = min(os.cpu_count() or 1, MOST_PROCESSES)
    environment = {**os.environ, "PRECHI_ENV": "test"}
    try:
        tests = subprocess.run(
            [sys.executable, "-m", "pytest", "-n", str(processes), *arguments],
            cwd=PROJECT,
            env=environment,
            check=False,
        )
    except KeyboardInterrupt:  # pytest had it too, and has said so
        return 130
    if failed:
        print(f"Checks that failed: {', '.join(failed)}", flush=True)
    return 1 if failed else tests.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
