"""Where the servers keep their data and their sockets, and who may read it."""

import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devtools.problem import Problem

# A socket's path may not be longer than about 100 characters, so sockets lie here and not in the project.
SHORT_FOLDER = Path("/tmp")
OUTSIDE = Path("/var/tmp")
LOCK_FILE = "running.lock"


def server_account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; then it runs as `nobody`. None: as ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        raise Problem(
            "PostgreSQL does not run as root and this system has no account 'nobody'. "
            "Run as another user, or set DATABASE_URL to a PostgreSQL of your own."
        ) from None


def everyone_may_enter(folder: Path) -> bool:
    """Whether another account could reach files in `folder`; not so under /root, for one."""
    return all(place.stat().st_mode & stat.S_IXOTH for place in (folder, *folder.parents))


def reachable(folder: Path, account: pwd.struct_passwd | None) -> Path:
    """`folder`, or a stand-in outside of it when the servers' account could not enter it."""
    folder.mkdir(parents=True, exist_ok=True)
    if account is None or everyone_may_enter(folder):
        return folder
    outside = OUTSIDE / f"prechi-{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"
    outside.mkdir(mode=0o755, exist_ok=True)
    owner = outside.lstat()
    if not stat.S_ISDIR(owner.st_mode) or owner.st_uid != os.geteuid() or owner.st_mode & 0o022:
        raise Problem(f"{outside} belongs to somebody else. Remove it, or set PRECHI_LOCAL_DIR to another folder.")
    note = folder / "postgres-is-elsewhere.txt"
    if not note.exists():  # `folder` was emptied to begin anew, so the stand-in begins anew too
        shutil.rmtree(outside)
        outside.mkdir()
    outside.chmod(0o755)
    note.write_text(
        f"PostgreSQL runs as '{account.pw_name}', who may not enter this folder. Its data is in {outside}\n"
    )
    return outside


def hand_over(folder: Path, account: pwd.struct_passwd | None) -> None:
    """Make `folder` private to the servers' account."""
    folder.chmod(0o700)
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)


@contextmanager
def temporary(prefix: str) -> Iterator[Path]:
    """A folder of its own with a short path, that every account could reach; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=SHORT_FOLDER if os.access(SHORT_FOLDER, os.W_OK) else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def sockets(local_dir: Path, account: pwd.struct_passwd | None) -> Iterator[Path]:
    """A private folder for them, which its owner and root alone may enter. `local_dir` holds a link to it."""
    link = local_dir / "sockets"
    if link.is_symlink():  # an earlier run was killed
        shutil.rmtree(link.readlink(), ignore_errors=True)
        link.unlink()
    with temporary("prechi-") as folder:
        hand_over(folder, account)
        link.symlink_to(folder)
        try:
            yield folder
        finally:
            link.unlink()


@contextmanager
def claimed(local_dir: Path) -> Iterator[None]:
    """`local_dir` is ours for this block. Whoever has it already is named in the Problem."""
    with (local_dir / LOCK_FILE).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise Problem(
                f"The shop in {local_dir} is already running (process {lock.read().strip() or 'unknown'}). "
                "Stop that one with Ctrl-C, or set PRECHI_LOCAL_DIR to another folder."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def check_unclaimed(local_dir: Path) -> None:
    """The same Problem, asked early."""
    with claimed(local_dir):
        pass
