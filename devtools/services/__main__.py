"""``python -m devtools.services``: throw-away servers until Ctrl-C, for trying things out."""

import signal
import sys

from devtools import services
from devtools.problem import Problem


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with services.throwaway() as addresses:
            for name, value in addresses.items():
                print(f"export {name}='{value}'", flush=True)
            signal.pause()
    except Problem as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
