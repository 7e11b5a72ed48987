"""A server that takes nobody and works nothing off: PostgreSQL 18 was seen to stay "in recovery mode" for ever, without a startup
process, after a second of its children was killed within a second of the first.
"""

from pathlib import Path

from psycopg.pq import PGconn, Ping

from biobank.db.remains import processes_in

HANGS_S, ASK_EVERY_S = 60.0, 2.0


def rejects(port: int) -> bool:
    """Whether a server on the loopback says that it takes nobody now; one that says nothing does not say that."""
    return PGconn.ping(f"host=127.0.0.1 port={port} connect_timeout=2".encode()) == Ping.REJECT


def recovers(data: Path) -> bool:
    """Whether a process of the server of ``data`` works its log off, as after a crash, however long that takes; where there is no
    /proc, it is taken to.
    """
    return not Path("/proc/self/cwd").exists() or any(_title(one).startswith("postgres: startup") for one in processes_in(data))


def _title(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text()
    except OSError:  # it has just ended
        return ""
