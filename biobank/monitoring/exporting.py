"""Readings as a table of lines, for whoever works them out elsewhere: as they arrived, and with their calibration."""

import csv
import io
from collections.abc import Iterable, Iterator

from biobank.monitoring.queries import Probe
from biobank.monitoring.reading_tables import Reading
from biobank.monitoring.rules import degrees
from biobank.monitoring.tables import UNITS, SensorKind

_COLUMNS = ("sensor", "kind", "unit", "device_time", "said", "corrected", "boot", "counter", "received_at", "clock_suspect")
HEAD = ",".join(_COLUMNS) + "\r\n"


def lines(probe: Probe, readings: Iterable[Reading]) -> Iterator[str]:
    """A line for each reading: what the sensor said, and the same with the offset of its time, in the sensor's unit."""
    sensor, written = probe.sensor, io.StringIO()
    table = csv.writer(written)
    for one in readings:
        said, corrected = (degrees(one.value_milli + added) for added in (0, probe.offsets.at(one.device_time)))
        what = sensor.code, sensor.kind, UNITS[SensorKind(sensor.kind)], one.device_time.isoformat(), said, corrected
        table.writerow([*what, one.boot, one.counter, one.received_at.isoformat(), str(one.clock_suspect).lower()])
        yield written.getvalue()
        written.seek(0)
        written.truncate()
