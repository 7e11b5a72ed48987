"""Receives the write-ahead log while it is written and archives it encrypted: `biobank backup follow`, a process of `make run`.

What the server has written down reaches the archive's disk within about WINDOW_S and one fsync; so much may be lost where the
machine is lost. Where only this process dies, nothing is: the server keeps the log until we confirm it, up to its
`max_slot_wal_keep_size`.
"""

import select
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import structlog
from psycopg import Connection, OperationalError, connect
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn
from psycopg.rows import TupleRow
from sqlalchemy import make_url

from biobank.db.encrypted import read_key
from biobank.db.wal import PieceWriter, address, lsn

log = structlog.get_logger()
SLOT = "biobank_archive"
WINDOW_S = 0.1
"""How long received bytes are gathered at most before they go to the disk."""
ALIVE_S = 5.0
PAUSE_S = 1.0
_EPOCH_S = 946_684_800
"""PostgreSQL counts time from the year 2000."""

_STATE = """
SELECT restart_lsn::text, wal_status, active, coalesce(pg_current_wal_flush_lsn() - restart_lsn, 0)::bigint
  FROM pg_replication_slots WHERE slot_name = %s
"""


@dataclass(frozen=True)
class Following:
    """How the archive stands with the server: from where the log is kept for us, whether somebody follows, how far behind."""

    place: int
    lost: bool
    active: bool
    behind_bytes: int


def following(db: Connection[TupleRow]) -> Following | None:
    """The archive's slot on the server; None before the first backup."""
    row = db.execute(_STATE, [SLOT]).fetchone()
    if row is None:
        return None
    place, status, active, behind = row
    return Following(address(place or "0/0"), status == "lost" or place is None, active, int(behind))


def keep_the_log(db: Connection[TupleRow]) -> None:
    """Let the server keep its log from now on, until the archive has it. A slot that lost its log begins anew."""
    there = following(db)
    if there is not None and there.lost and not there.active:
        db.execute("SELECT pg_drop_replication_slot(%s)", [SLOT])
        there = None
    if there is None:
        db.execute("SELECT pg_create_physical_replication_slot(%s, true)", [SLOT])


def follow(admin_url: str, archive: Path, key_file: Path, stop: Event) -> None:
    """Archive until ``stop`` is set; a lost server is waited for. Before the first backup there is nothing to do.

    Another key in ``key_file`` is used from the next piece on. Raises WrongKey where it holds none that may be used.
    """
    said = ""
    while not stop.is_set():
        try:
            _follow_once(admin_url, archive, key_file, stop)
            said = ""
        except (OperationalError, OSError) as trouble:
            if str(trouble) != said:  # once, not every second
                said = str(trouble)
                log.warning("the log is not archived", error=said.strip())
        stop.wait(PAUSE_S)


def _follow_once(admin_url: str, archive: Path, key_file: Path, stop: Event) -> None:
    with connect(admin_url, autocommit=True) as db:
        there = following(db)
    if there is None or there.active:
        return
    if there.lost:
        raise OperationalError("the server no longer has the log that the archive lacks: make a new backup")
    address_of = make_url(admin_url).update_query_dict({"replication": "true"}).render_as_string(hide_password=False)
    with closing(connect(address_of, autocommit=True, application_name=SLOT)) as connection:  # nothing to be committed
        server = connection.pgconn
        named = server.exec_(b"IDENTIFY_SYSTEM")
        system, timeline = (str((named.get_value(0, column) or b"").decode()) for column in (0, 1))
        begun = server.exec_(f"START_REPLICATION SLOT {SLOT} PHYSICAL {lsn(there.place)} TIMELINE {timeline}".encode())
        if begun.status != ExecStatus.COPY_BOTH:
            raise OperationalError(begun.error_message.decode(errors="replace"))
        log.info("following the log", start=lsn(there.place), timeline=timeline)
        _Receiver(server, archive / system, key_file, system, int(timeline), there.place).run(stop)


class _Receiver:
    """One stream of the log, from the server into pieces."""

    def __init__(self, server: PGconn, archive: Path, key_file: Path, system: str, timeline: int, start: int) -> None:
        self._server, self._archive, self._key_file, self._system, self._timeline = server, archive, key_file, system, timeline
        self._piece: PieceWriter | None = None
        self._received = self._kept = start

    def run(self, stop: Event) -> None:
        """Receive until ``stop``, or until the server ends."""
        first_waiting, spoke = 0.0, time.monotonic()
        try:
            for message in self._messages():
                now = time.monotonic()
                asked = self._take(message) if message else False
                if self._received > self._kept:
                    first_waiting = first_waiting or now
                    if now - first_waiting >= WINDOW_S or (self._piece is not None and self._piece.full):
                        self._keep()
                        first_waiting, asked = 0.0, True
                if asked or now - spoke >= ALIVE_S:
                    self._confirm()
                    spoke = now
                if stop.is_set():
                    break
        finally:
            self._end()

    def _messages(self) -> Iterator[bytes]:
        """What the server sends; empty when it sends nothing for a moment."""
        while True:
            length, data = self._server.get_copy_data(1)
            if length > 0:
                yield bytes(data)
            elif length < 0:
                return
            else:
                ready, _, _ = select.select([self._server.socket], [], [], WINDOW_S / 2)
                if ready:
                    self._server.consume_input()
                else:
                    yield b""

    def _take(self, message: bytes) -> bool:
        """Write what a message carries; answers whether the server wants to hear from us."""
        if message[:1] == b"k":
            return bool(message[17])
        start, data = int.from_bytes(message[1:9]), message[25:]
        if start != self._received:
            raise OperationalError(f"the server sent {lsn(start)} where {lsn(self._received)} follows")
        if self._piece is None:
            self._piece = PieceWriter(self._archive, read_key(self._key_file), self._system, self._timeline, start)
        self._piece.write(data)
        self._received += len(data)
        return False

    def _keep(self) -> None:
        if self._piece is not None:
            self._piece.flush()
            self._kept = self._received
            if self._piece.full:
                self._piece.close()
                self._piece = None

    def _confirm(self) -> None:
        """Tell the server how far the archive has its log on the disk."""
        now = int((time.time() - _EPOCH_S) * 1_000_000)
        numbers = (self._received, self._kept, 0, now)
        self._server.put_copy_data(b"r" + b"".join(number.to_bytes(8) for number in numbers) + b"\0")
        self._server.flush()

    def _end(self) -> None:
        """Keep what was received also where the connection broke; a full disk is said by whatever brought us here."""
        if self._piece is not None:
            with suppress(OSError):
                self._piece.flush()
                self._kept = self._received
                self._piece.close()
            self._piece = None
        with suppress(OperationalError):
            self._confirm()
