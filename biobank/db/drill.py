"""The drill: a backup becomes a running instance on an empty folder and is held against what was there (`restore --drill`).

Its report stays in the home's `drills`, so that anybody may ask when a backup was last known to be good.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from psycopg import OperationalError, connect

from biobank.db.backup import Installation, make_backup
from biobank.db.counts import Counts, counted, differences
from biobank.db.embedded import EmbeddedPostgres
from biobank.db.encrypted import BackupKey
from biobank.db.engines import login_url
from biobank.db.follow import following
from biobank.db.homes import throwaway_home
from biobank.db.restore import restore
from biobank.db.roles import Login
from biobank.db.shelf import Backup, backup_in
from biobank.db.wal import address

FOLDER = "drills"
PATIENCE_S = 30.0


@dataclass(frozen=True)
class Verified:
    """What became of the restored log of the trail when it was held against the exported heads."""

    good: bool
    words: str


Verify = Callable[[Installation], Verified]


@dataclass(frozen=True)
class Report:
    """One drill: what was restored, how long it took, what was compared, and what is not as it was (nothing, when good)."""

    at: str
    backup: str
    bytes: int
    backup_s: float
    restore_s: float
    start_s: float
    verify_s: float
    reached: str
    last_act_at: str
    tables: int
    rows: int
    entries: int
    until: str
    heads: str
    lost: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether everything that was acknowledged came back unchanged."""
        return not self.lost

    @property
    def seconds(self) -> float:
        """From the beginning of the backup to the end of the verification."""
        return self.backup_s + self.restore_s + self.start_s + self.verify_s

    def told(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "good": self.good, "seconds": round(self.seconds, 3)}

    @classmethod
    def of(cls, told: dict[str, Any]) -> Self:
        """From JSON."""
        return cls(**{name: value for name, value in told.items() if name not in ("good", "seconds")})

    def lines(self) -> list[str]:
        """For the person at the terminal."""
        said = [
            f"backup   {self.backup}, {self.bytes / 1e6:.1f} MB, {self.backup_s:.1f} s",
            f"restore  into an empty folder {self.restore_s:.1f} s, started on 127.0.0.1 {self.start_s:.1f} s",
            f"log      replayed to {self.reached}; the last act is of {self.last_act_at or 'no time'}",
            f"tables   {self.tables} with {self.rows} rows; {self.entries} finished entries of the trail",
            f"heads    {self.heads} ({self.verify_s:.1f} s)",
        ]
        lost = [f"lost     {one}" for one in self.lost] or [f"lost     nothing that was acknowledged {self.until}"]
        return [*said, *lost, f"The drill is {'good' if self.good else 'NOT good'}; it took {self.seconds:.1f} s."]


def drill(of: Installation, key: BackupKey, now: datetime, verify: Verify, *, fast: bool = False) -> Report:
    """Back ``of`` up as it runs, restore that into an empty folder, and compare. Raises BackupRefused.

    ``fast`` gives up durability, for tests only.
    """
    with throwaway_home() as shelf, throwaway_home() as room:
        began = time.monotonic()
        backup = make_backup(of, shelf / "backups", key, now)
        backup_s = time.monotonic() - began
        return _drilled(backup, room, key, now, verify, backup_s=backup_s, fast=fast)


def drill_of(folder: Path, key: BackupKey, now: datetime, verify: Verify, running: Installation | None = None) -> Report:
    """Restore an existing backup with the log that is archived beside it, and compare.

    Where the ``running`` instance it is of archives its log, everything acknowledged until now must come back; else everything
    until the end of the backup. Raises BackupRefused.
    """
    backup = backup_in(folder)
    live = _archived_until_now(running, backup) if running is not None else None
    with throwaway_home() as room:
        return _drilled(backup, room, key, now, verify, live=live)


def _drilled(
    backup: Backup,
    room: Path,
    key: BackupKey,
    now: datetime,
    verify: Verify,
    *,
    backup_s: float = 0.0,
    live: Counts | None = None,
    fast: bool = False,
) -> Report:
    back = restore(backup.folder, room / "home", key, fast=fast)
    told = back.last_act_at.isoformat(sep=" ", timespec="seconds") if back.last_act_at else ""
    began = time.monotonic()
    with EmbeddedPostgres(back.home).start(fast=fast) as server:
        start_s, began = time.monotonic() - began, time.monotonic()
        copy = Installation(server.admin_url, back.database, back.home, back.home / "credentials.json", back.home / "heads")
        there = counted(copy.database_url, (live or back.before).horizon)
        lost = differences(live or back.before, live or back.after, there, later=live is not None or back.followed_bytes > 0)
        lost += _closed_to(copy)
        verified = verify(copy)
        lost += [] if verified.good else [verified.words]
        verify_s = time.monotonic() - began
    return Report(
        now.isoformat(timespec="seconds"),
        backup.id,
        backup.bytes,
        round(backup_s, 3),
        round(back.seconds, 3),
        round(start_s, 3),
        round(verify_s, 3),
        back.reached,
        told,
        len(there.rows),
        sum(there.rows.values()),
        there.entries,
        "until the drill began" if live is not None else "until the backup ended",
        verified.words,
        lost,
    )


def _closed_to(copy: Installation) -> list[str]:
    """The logins that cannot enter with the passwords that came back."""
    passwords, closed = json.loads(copy.credentials.read_text()), []
    for login in Login:
        url = login_url(copy.database_url, login, passwords[login]).set(drivername="postgresql")
        try:
            connect(url.render_as_string(hide_password=False)).close()
        except OperationalError:
            closed.append(f"{login} cannot enter with the password that came back.")
    return closed


def _archived_until_now(running: Installation, backup: Backup) -> Counts | None:
    """Count what is there, and wait until the archive has it; None where nobody archives the log of this server."""
    counts = counted(running.database_url)
    until = time.monotonic() + PATIENCE_S
    with connect(running.admin_url, autocommit=True) as db:
        row = db.execute("SELECT pg_current_wal_flush_lsn()::text, system_identifier::text FROM pg_control_system()").fetchone()
        assert row is not None
        while row[1] == backup.base.system and time.monotonic() < until:
            slot = following(db)
            if slot is None or not slot.active:
                return None
            if slot.place >= address(row[0]):
                return counts
            time.sleep(0.05)
    return None


def keep_report(home: Path, report: Report) -> Path:
    """Write the report down; good or not, it is never overwritten."""
    folder = home / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    stamp = datetime.fromisoformat(report.at).strftime("%Y%m%dT%H%M%SZ")
    file = folder / f"{stamp}-{report.backup[-8:]}.json"
    with file.open("x") as out:
        json.dump(report.told(), out, indent=1)
    return file


def reports(home: Path) -> Iterator[Report]:
    """Every drill that was written down, the newest first."""
    for file in sorted((home / FOLDER).glob("*.json"), reverse=True):
        yield Report.of(json.loads(file.read_text()))


def last_good(home: Path) -> Report | None:
    """The newest drill in which nothing was lost; None where there was none."""
    return next((report for report in reports(home) if report.good), None)
