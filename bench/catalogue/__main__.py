"""``make bench-catalogue``: about four minutes. Prints one table and writes bench/CATALOGUE.md."""

import os
import subprocess
import sys

from devtools import services
from devtools.surroundings import PROJECT

# The shop is loaded in a process of its own, whose environment is whole before Django reads it.
ENVIRONMENT = {
    "PRECHI_ENV": "test",
    "CACHE_ENABLED": "0",
    "LOG_LEVEL": "ERROR",
    "DJANGO_SETTINGS_MODULE": "prechi.settings",
}

if __name__ == "__main__":
    with services.throwaway(environ={}) as addresses:
        env = {**os.environ, **ENVIRONMENT, **addresses}
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=PROJECT, env=env, check=True)
        run = [sys.executable, "-m", "bench.catalogue.measure", *sys.argv[1:]]
        sys.exit(subprocess.run(run, cwd=PROJECT, env=env, check=False).returncode)
