"""A command beside `make run`: ``python -m devices.beside -m MODULE ARGUMENTS…``.

Where DATABASE_URL is not set, it meets the database of `make run`, or starts that database for its own duration.
"""

import os
import signal
import subprocess
import sys

from biobank.db.embedded import EmbeddedPostgres, PostgresRefused
from devices.places import DATABASE_URL_FILE, home

NEEDS_THE_SUPERUSER = {"db", "backup", "restore"}


def main() -> None:
    """Run the command and end with its exit code."""
    command = [sys.executable, "-P", *sys.argv[1:]]  # -P: this clone's packages, wherever the person stands
    if os.environ.get("DATABASE_URL") or _needs_no_database(sys.argv[3:]):
        os.execv(sys.executable, command)
    postgres = EmbeddedPostgres(home())
    try:
        postgres.start()
        url = f"postgresql://127.0.0.1:{postgres.port}/biobank"
    except PostgresRefused as refusal:
        running = home() / DATABASE_URL_FILE
        if not running.exists():
            raise SystemExit(str(refusal)) from refusal
        url = running.read_text()
    try:
        raise SystemExit(_run(command, _environment(url)))
    finally:
        postgres.stop()


def _needs_no_database(asked: list[str]) -> bool:
    """A restore makes a home of its own; where there are no records, nothing of them is backed up, and a drill makes its own."""
    nothing_here = not (home() / "postgres" / "data").exists()
    return asked[:1] in (["backup"], ["restore"]) and (nothing_here or (asked[0] == "restore" and "--drill" not in asked))


def _environment(url: str) -> dict[str, str]:
    told = {**os.environ, "DATABASE_URL": url, "BIOBANK_HOME": str(home())}
    if NEEDS_THE_SUPERUSER & set(sys.argv[3:4]):
        password = (home() / "postgres.password").read_text().strip()
        told["BIOBANK_ADMIN_URL"] = url.replace("//", f"//postgres:{password}@").replace("/biobank", "/postgres")
    return told


def _run(command: list[str], environment: dict[str, str]) -> int:
    with subprocess.Popen(command, env=environment) as child:
        signal.signal(signal.SIGINT, lambda *_: None)  # the terminal tells the child too, and we wait for it
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        return child.wait()


if __name__ == "__main__":
    main()
