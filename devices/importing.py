"""Readings of devices that cannot speak MQTT: the ingest of their site stores files that people brought in, like messages.

As a command, on any machine that reaches the pages: ``python -m devices.importing FILE --freezer CODE --logger NAME`` brings a
file in, with the token of a registered instrument in BIOBANK_TOKEN and the address of the pages in BIOBANK_PUBLIC_URL.
"""

import argparse
import hashlib
import io
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote
from uuid import UUID

import structlog
from psycopg import Connection

from biobank.monitoring import loggers, storing, triples
from biobank.monitoring.rules import Refused, milli

log = structlog.get_logger()

AT_ONCE = 5_000
"""Readings of one transaction."""

WAITING = """
SELECT f.id, f.file, f.sensor, m.definition FROM logger_file f JOIN logger_format m ON m.id = f.format_id
 WHERE f.site = %s AND NOT EXISTS (SELECT FROM logger_file_stored s WHERE s.file_id = f.id)
 ORDER BY f.imported_at, f.id LIMIT 1
"""


class Waiting(NamedTuple):
    """A file whose readings nobody stored, and the description by which it is read."""

    id: UUID
    file: bytes
    sensor: str | None
    definition: str


def store_next(db: Connection, ingest: storing.Ingest, now: Callable[[], datetime]) -> bool:
    """Store the readings of the file that waits longest, by the rules of every reading; whether there was one.

    What was stored before an end in between is known when it is stored again. Raises psycopg.OperationalError.
    """
    row = db.execute(WAITING, [ingest.site]).fetchone()
    if row is None:
        return False
    waiting = Waiting(*row)
    counts: Counter[str] = Counter()
    try:
        reports = reports_of(db, ingest.site, waiting)
        while some := list(islice(reports, AT_ONCE)):
            stored = storing.store(db, ingest, some, [], now())
            counts.update({"new": stored.new, "known": stored.known, "refused": stored.refused})
    except (loggers.LoggerFormatRefused, loggers.LoggerFileRefused) as refusal:  # read once before: only zones change
        source = storing.Source(_topic(waiting), waiting.file)
        refused = storing.Refusal(source, Refused.WRONG_PAYLOAD, str(refusal))
        counts["refused"] += storing.store(db, ingest, [], [refused], now()).refused
    _write_down(db, ingest, waiting, counts, now())
    log.info("logger_file_stored", **counts)
    return True


def reports_of(db: Connection, site: str, waiting: Waiting) -> Iterator[storing.Report]:
    """Each reading as its sensor's device would report it: the start is the file as it was read, the counter its place there."""
    text = waiting.file.decode()
    written, form = io.StringIO(text, newline="").readlines(), loggers.described(waiting.definition)
    sql = "SELECT code, device FROM sensor WHERE site = %s"
    devices: dict[str, str] = dict(db.execute(sql, [site]).fetchall())
    read = hashlib.sha256(waiting.definition.encode() + waiting.file).digest()
    boot, counters = int.from_bytes(read[:8]) >> 1, Counter[str]()  # 63 bits: the database counts with a sign
    for line in loggers.read(text, form):
        if line.value is None:
            continue
        sensor = line.sensor or waiting.sensor or ""
        counters[sensor] += 1
        source = storing.Source(_topic(waiting), written[line.row - 1].encode())
        reading = counters[sensor], storing.in_ms(line.at), milli(line.value)
        yield storing.Report(source, devices.get(sensor, ""), sensor, boot, None, triples.pack([reading]), live=False)


def _topic(waiting: Waiting) -> str:
    return f"logger-file/{hashlib.sha256(waiting.file).hexdigest()}"


def _write_down(db: Connection, ingest: storing.Ingest, waiting: Waiting, counts: Counter[str], now: datetime) -> None:
    with db.transaction():
        storing.begin_act(db, ingest, now)
        db.execute(
            "INSERT INTO logger_file_stored (id, file_id, new, known, refused, stored_at) VALUES (%s, %s, %s, %s, %s, %s)",
            [ingest.new_id(), waiting.id, counts["new"], counts["known"], counts["refused"], now],
        )


def main() -> int:
    """Bring a file in, as the instrument whose token it is; returns 0 where it was taken."""
    import httpx2

    parser = argparse.ArgumentParser(prog="python -m devices.importing", description="Bring in the file of a data logger.")
    parser.add_argument("file", type=Path, help="the export, in UTF-8")
    parser.add_argument("--freezer", required=True, help="the printed code of the freezer")
    parser.add_argument("--logger", required=True, help="the description of its files")
    parser.add_argument("--sensor", help="of which sensor the file tells, where its rows name none")
    asked = parser.parse_args()
    address = os.environ.get("BIOBANK_PUBLIC_URL", "http://127.0.0.1:8000")
    answer = httpx2.post(
        f"{address}/api/freezers/{quote(asked.freezer, safe='')}/logger-files",
        json={"logger": asked.logger, "sensor": asked.sensor, "file": asked.file.read_text("utf-8", "replace")},
        headers={"Authorization": f"Bearer {os.environ['BIOBANK_TOKEN']}"},
    )
    told = answer.json()
    print(told["message"] if answer.is_error else f"{told['readings']} readings, SHA-256 {told['sha256']}")
    return int(answer.is_error)


if __name__ == "__main__":
    sys.exit(main())
