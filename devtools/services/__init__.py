"""PostgreSQL and Redis for this machine, real servers out of wheels, alive for as long as a `with` block.

What the environment already names is not started: DATABASE_URL and REDIS_URL each stand for a server of your own.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from devtools.services import places, postgres, valkey

VARIABLES = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL")


@contextmanager
def running(
    local_dir: Path, *, throwaway: bool = False, environ: Mapping[str, str] = os.environ
) -> Iterator[dict[str, str]]:
    """Gives the variables DATABASE_URL, REDIS_URL and CELERY_BROKER_URL. Data is kept in `local_dir`."""
    local_dir = local_dir.absolute()
    local_dir.mkdir(parents=True, exist_ok=True)
    addresses = {
        name: environ[name] for name in ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL") if environ.get(name)
    }
    with ExitStack() as stack:
        stack.enter_context(places.claimed(local_dir))
        sockets = stack.enter_context(places.sockets(local_dir, places.server_account()))
        if "DATABASE_URL" not in addresses:
            addresses["DATABASE_URL"] = stack.enter_context(postgres.running(local_dir, sockets, throwaway=throwaway))
        if "REDIS_URL" not in addresses:
            redis = stack.enter_context(valkey.running(local_dir, sockets, throwaway=throwaway))
            addresses["REDIS_URL"] = redis.cache
            addresses.setdefault("CELERY_BROKER_URL", redis.queue)
        yield addresses


@contextmanager
def throwaway(environ: Mapping[str, str] = os.environ) -> Iterator[dict[str, str]]:
    """The same for tests: empty servers in a temporary folder, faster for not being durable, gone afterwards."""
    with places.temporary("prechi-test-") as folder:
        folder.chmod(0o755)  # what must be private lies in folders that are; the servers may be another account's
        with running(folder, throwaway=True, environ=environ) as addresses:
            yield addresses
