"""Files of data loggers: described, brought in by a person, and kept until the ingest of their site has stored their readings."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, StringConstraints
from sqlmodel import Session, col, select

from biobank.access.tables import PersonRow
from biobank.act.acts import Act
from biobank.errors import BadInput, Conflict, NotFound
from biobank.monitoring import loggers
from biobank.monitoring.logger_tables import LoggerFile, LoggerFileStored, LoggerFormatRow
from biobank.monitoring.loggers import DEGREES, Line, LoggerFormat, refused
from biobank.monitoring.rules import SensorState
from biobank.monitoring.schemas import Order, SensorName
from biobank.monitoring.tables import UNITS, Freezer, Sensor, SensorKind
from biobank.units import Key, Reason


class NoSuchLogger(NotFound):
    """Nobody described how the files of this logger are written."""

    code = "no_such_logger"


class FormatOutOfTurn(Conflict):
    """Versions of a description follow each other without a gap."""

    code = "format_out_of_turn"


class SensorInDoubt(BadInput):
    """A sensor is named exactly where the rows of the file name none."""

    code = "sensor_in_doubt"


class LoggerFileKnown(Conflict):
    """This very file was imported before."""

    code = "logger_file_known"


class FormatIn(Order):
    """A description, as TOML, and why it is made or changed."""

    definition: Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=r"^[^\x00]*$")]
    reason: Reason


class FormatOut(BaseModel):
    """A version of a description, and who recorded it."""

    logger: str
    version: int
    definition: str
    recorded_at: datetime
    name: str


class LoggerFileIn(Order):
    """The export of a logger as it was written, and of which sensor of the freezer it tells where its rows name none."""

    logger: Key
    sensor: SensorName | None = None
    file: Annotated[str, StringConstraints(max_length=900_000, pattern=r"^[^\x00]+\n[^\x00]*$")]


class LoggerFileOut(BaseModel):
    """A file that was brought in; what became of its readings is told once the ingest of their site has stored them."""

    logger: str
    version: int
    sensor: str | None
    sha256: str
    readings: int
    from_time: datetime
    to_time: datetime
    imported_at: datetime
    name: str
    stored_at: datetime | None = None
    stored: int | None = None
    known: int | None = None
    refused: int | None = None

    @classmethod
    def of(cls, kept: LoggerFile, form: LoggerFormatRow, name: str, stored: LoggerFileStored | None = None) -> Self:
        """From records, and the name of whoever brought it in."""
        told = kept.model_dump(include={"sensor", "readings", "from_time", "to_time", "imported_at"})
        if stored is not None:
            told |= stored.model_dump(include={"known", "refused", "stored_at"}) | {"stored": stored.new}
        return cls(logger=form.logger, version=form.version, sha256=kept.sha256.hex(), name=name, **told)


def describe(act: Act, definition: str) -> LoggerFormatRow:
    """Keep a version of the description of a logger's files. Raises LoggerFormatRefused, FormatOutOfTurn."""
    form = loggers.described(definition)
    known = _newest(act.session, form.logger)
    expected = known.version + 1 if known else 1
    if form.version != expected:
        raise FormatOutOfTurn(logger=form.logger, version=form.version, expected=expected)
    return act.add(
        LoggerFormatRow(
            id=act.new_id(),
            logger=form.logger,
            version=form.version,
            definition=definition,
            recorded_by=act.person.id,
            recorded_at=act.recorded_at,
        )
    )


def bring(act: Act, freezer: Freezer, order: LoggerFileIn) -> tuple[LoggerFile, LoggerFormatRow]:
    """Keep a file for the ingest of its site. Nothing of it is kept where one row cannot be relied on.

    Raises NoSuchLogger, LoggerFileRefused, SensorInDoubt, LoggerFileKnown.
    """
    row = _newest(act.session, order.logger)
    if row is None:
        raise NoSuchLogger(logger=order.logger)
    form = loggers.described(row.definition)
    if (order.sensor is None) is (form.sensor is None):
        raise SensorInDoubt(field="sensor")
    lines = [line for line in loggers.read(order.file, form) if line.value is not None]
    if not lines:
        raise refused(form.lines_before + 1, form.value, "no row below tells a value")
    site = _site(act.session, freezer, form, {line.sensor or order.sensor or "": line for line in reversed(lines)})
    content = order.file.encode()
    sha256, sensor = hashlib.sha256(content).digest(), order.sensor
    same = LoggerFile.sha256 == sha256, LoggerFile.format_id == row.id, LoggerFile.freezer_id == freezer.id
    if act.session.exec(select(LoggerFile.id).where(*same, col(LoggerFile.sensor).is_not_distinct_from(sensor))).first():
        raise LoggerFileKnown(sha256=sha256.hex())
    kept = act.add(
        LoggerFile(
            id=act.new_id(),
            freezer_id=freezer.id,
            format_id=row.id,
            site=site,
            sensor=sensor,
            sha256=sha256,
            file=content,
            readings=len(lines),
            from_time=min(line.at for line in lines),
            to_time=max(line.at for line in lines),
            imported_by=act.person.id,
            imported_at=act.recorded_at,
        )
    )
    return kept, row


def _site(session: Session, freezer: Freezer, form: LoggerFormat, first: Mapping[str, Line]) -> str:
    """The one site of all sensors of which a file tells; ``first`` is the first row of each. Raises LoggerFileRefused."""
    sensors = {one.code: one for one in session.exec(select(Sensor).where(Sensor.freezer_id == freezer.id))}
    column, sites = form.sensor or "sensor", set()
    for code, line in first.items():
        sensor = sensors.get(code)
        if sensor is None or sensor.state != SensorState.APPROVED:
            raise refused(line.row, column, f"no sensor {code} is registered and approved in this freezer")
        unit = UNITS[SensorKind(sensor.kind)]
        if unit != ("°C" if form.unit in DEGREES else form.unit):
            raise refused(line.row, form.value, f"the sensor {code} tells {unit}, and the description {form.unit}")
        sites.add(sensor.site)
        if len(sites) > 1:
            raise refused(line.row, column, f"the sensor {code} belongs to another site than those above")
    return sites.pop()


def formats(session: Session) -> Sequence[FormatOut]:
    """Every version of every description."""
    wanted = select(LoggerFormatRow, PersonRow.name).join(PersonRow, col(PersonRow.id) == col(LoggerFormatRow.recorded_by))
    found = session.exec(wanted.order_by(col(LoggerFormatRow.logger), col(LoggerFormatRow.version)))
    return [FormatOut(name=name, **row.model_dump(exclude={"id", "recorded_by"})) for row, name in found]


def files(session: Session, freezer: Freezer) -> Sequence[LoggerFileOut]:
    """The files that were brought in for a freezer, the newest first."""
    wanted = (
        select(LoggerFile, LoggerFormatRow, PersonRow.name, LoggerFileStored)
        .join(LoggerFormatRow, col(LoggerFormatRow.id) == col(LoggerFile.format_id))
        .join(PersonRow, col(PersonRow.id) == col(LoggerFile.imported_by))
        .join(LoggerFileStored, col(LoggerFileStored.file_id) == col(LoggerFile.id), isouter=True)
        .where(LoggerFile.freezer_id == freezer.id)
    )
    return [LoggerFileOut.of(*row) for row in session.exec(wanted.order_by(col(LoggerFile.imported_at).desc()))]


def _newest(session: Session, logger: str) -> LoggerFormatRow | None:
    wanted = select(LoggerFormatRow).where(LoggerFormatRow.logger == logger)
    return session.exec(wanted.order_by(col(LoggerFormatRow.version).desc()).limit(1)).first()

