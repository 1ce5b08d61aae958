"""``make manage do="audit_shop"``: a command of `manage.py`, in the environment of a running `make run`."""

import json
import os
import sys

from devtools import surroundings
from devtools.dev import ENVIRONMENT_FILE


def main() -> None:
    place = surroundings.read(os.environ)
    try:
        published = json.loads((place.local_dir / ENVIRONMENT_FILE).read_text())
    except FileNotFoundError:
        sys.exit("The shop is not running here. Start it with `make run` in another terminal, then repeat this.")
    environment = {**os.environ, **published}
    os.execve(sys.executable, [sys.executable, str(surroundings.PROJECT / "manage.py"), *sys.argv[1:]], environment)


if __name__ == "__main__":
    main()
