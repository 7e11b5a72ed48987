"""Readings as a table, for whoever works them out elsewhere: as they arrived, and with their calibration; CSV or Parquet.

Both are written while readings are read, so that years need no more memory than a page of them.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from typing import Any, NamedTuple

from biobank.monitoring.queries import Probe
from biobank.monitoring.reading_tables import Reading
from biobank.monitoring.rules import degrees
from biobank.monitoring.tables import UNITS, SensorKind

ROWS_AT_ONCE = 20_000
"""Rows of one group of a Parquet file, which is written when it is full."""


_VALUES, _OF_VALUES = ("said", "corrected"), {"unit": "that of the column unit", "exact": "thousandths"}


class Form(StrEnum):
    """How readings are written down."""

    CSV = "csv"
    PARQUET = "parquet"

    @property
    def media_type(self) -> str:
        """What a browser is told that it is."""
        return "text/csv; charset=utf-8" if self is Form.CSV else "application/vnd.apache.parquet"


class Line(NamedTuple):
    """A reading: what the sensor said, and the same with the offset of its time, in the sensor's unit; times in UTC."""

    sensor: str
    kind: str
    unit: str
    device_time: datetime
    said: Decimal
    corrected: Decimal
    boot: int
    counter: int
    received_at: datetime
    clock_suspect: bool


def lines(probe: Probe, readings: Iterable[Reading]) -> Iterator[Line]:
    """A line for each reading of a sensor."""
    sensor = probe.sensor
    what = sensor.code, sensor.kind, UNITS[SensorKind(sensor.kind)]
    for one in readings:
        said, corrected = (degrees(one.value_milli + added) for added in (0, probe.offsets.at(one.device_time)))
        yield Line(*what, one.device_time, said, corrected, one.boot, one.counter, one.received_at, one.clock_suspect)


def written(form: Form, told: Iterator[Line]) -> Iterator[bytes]:
    """The lines as a file, piece by piece."""
    return _csv(told) if form is Form.CSV else _parquet(told)


def _csv(told: Iterable[Line]) -> Iterator[bytes]:
    page = io.StringIO()
    table = csv.writer(page)
    table.writerow(Line._fields)
    for line in told:
        at, received_at, suspect = line.device_time.isoformat(), line.received_at.isoformat(), str(line.clock_suspect).lower()
        table.writerow((line._asdict() | {"device_time": at, "received_at": received_at, "clock_suspect": suspect}).values())
        yield page.getvalue().encode()
        page.seek(0)
        page.truncate()
    yield page.getvalue().encode()


def _parquet(told: Iterator[Line]) -> Iterator[bytes]:
    import pyarrow as pa  # takes a while to import, and no other process needs it
    from pyarrow import parquet

    types = {
        str: pa.string(), int: pa.int64(), bool: pa.bool_(), Decimal: pa.decimal128(10, 3), datetime: pa.timestamp("us", tz="UTC")
    }  # fmt: skip
    fields = [pa.field(name, types[told_as], nullable=False) for name, told_as in Line.__annotations__.items()]
    schema = pa.schema(one.with_metadata(_OF_VALUES) if one.name in _VALUES else one for one in fields)
    sink = _Sink()
    with parquet.ParquetWriter(sink, schema) as writer:
        while page := list(islice(told, ROWS_AT_ONCE)):
            writer.write_batch(pa.record_batch([list(column) for column in zip(*page, strict=True)], schema=schema))
            yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """What is written into it and was not taken yet."""

    def __init__(self) -> None:
        self._waiting, self._at = bytearray(), 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def write(self, data: Any) -> int:
        self._waiting += data
        self._at += len(data)
        return len(data)

    def taken(self) -> bytes:
        """All of it, once."""
        taken = bytes(self._waiting)
        self._waiting.clear()
        return taken
