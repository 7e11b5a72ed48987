"""Files of data loggers, read strictly by a written description of how one kind of logger writes them. Plain Python.

A description is data: which columns, in which time zone, with which comma and unit. It says nothing of which sensor it was.
"""

import csv
import io
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Annotated, Literal, NamedTuple, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from biobank.errors import BadInput
from biobank.units import Key

ISO = "iso"
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_NUMBER = {mark: re.compile(rf"[+-]?\d{{1,6}}({re.escape(mark)}\d{{1,6}})?", re.ASCII) for mark in ".,"}
_ZONES = available_timezones() - {"localtime", "Factory"}
"""Those that mean the same on every machine."""
_ANY_MOMENT = datetime(2026, 11, 21, 13, 45, 59, tzinfo=UTC)
_DIRECTIVES = re.compile(r"%(.)")
_OF_A_MOMENT = ({"d"}, {"m", "b"}, {"Y", "y"}, {"H", "I"}, {"M"})
_WHOLE_ROW = "all"
_THOUSANDTH = Decimal("0.001")
_COLDEST_C, _WARMEST_C = Decimal("-273.15"), Decimal(1000)
"""Where there is no temperature, and where no probe of a freezer, a room or an incubator could tell of one."""

DEGREES = frozenset({"°C", "°F", "K"})
"""Units that become degrees Celsius; any other stays what it is."""
Heading = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class LoggerFormatRefused(BadInput):
    """A description of a logger's files that cannot be followed."""

    code = "logger_format_refused"


class LoggerFileRefused(BadInput):
    """A row of the file says nothing that could be relied on; the whole file is refused."""

    code = "logger_file_refused"


class LoggerFormat(BaseModel):
    """How one kind of logger writes its files: ``lines_before`` the headings, then a row for each reading.

    ``time`` are the columns of the time, in the form ``iso`` or that of strptime; in ``zone``, or with a zone of its own where
    none is named. ``sensor`` is the column that names the sensor, where a file tells of several. A value that is one of
    ``nothing`` is none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    logger: Key
    version: Annotated[int, Field(ge=1)]
    delimiter: Literal[",", ";", "\t"]
    decimal: Literal[".", ","]
    lines_before: Annotated[int, Field(ge=0, le=200)] = 0
    time: Annotated[list[Heading], Field(min_length=1, max_length=2)]
    time_form: Heading = ISO
    zone: str | None = None
    value: Heading
    unit: Literal["°C", "°F", "K", "%", "kg", "open", "on"]
    nothing: list[Annotated[str, StringConstraints(max_length=20)]] = [""]
    sensor: Heading | None = None

    @model_validator(mode="after")
    def _can_be_followed(self) -> Self:
        if self.delimiter == self.decimal:
            raise ValueError("the decimal mark cannot be the delimiter")
        if self.zone is not None and self.zone not in _ZONES:
            raise ValueError("no such time zone")
        if self.time_form != ISO:
            said = set(_DIRECTIVES.findall(self.time_form))
            if not all(said & one for one in _OF_A_MOMENT) or ("I" in said and "p" not in said):
                raise ValueError("the form of the time leaves out a part of it")
            if ("z" in said) != (self.zone is None):
                raise ValueError("either the time carries its zone or the description names it")
            datetime.strptime(_ANY_MOMENT.strftime(self.time_form), self.time_form)  # noqa: DTZ007 - whether it can be followed
        return self


class Line(NamedTuple):
    """A reading in a file: its row, the sensor where the row names it, and what was told in the unit of its kind, if anything."""

    row: int
    sensor: str | None
    at: datetime
    value: Decimal | None


def described(definition: str) -> LoggerFormat:
    """The description that a TOML text gives. Raises LoggerFormatRefused with what is wrong with it."""
    try:
        return LoggerFormat.model_validate(tomllib.loads(definition))
    except tomllib.TOMLDecodeError as error:
        raise LoggerFormatRefused(field="definition", why=str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(one) for one in first["loc"])
        raise LoggerFormatRefused(field="definition", why=f"{where}: {first['msg']}" if where else first["msg"]) from error


def read(text: str, form: LoggerFormat) -> Iterator[Line]:
    """The readings in a file, row by row. Raises LoggerFileRefused with the row, the column and why."""
    if "\ufffd" in text:
        raise refused(1, _WHOLE_ROW, "it is not written in UTF-8; save the export in that encoding")
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff").rstrip("\r\n"), newline=""), delimiter=form.delimiter, strict=True)
    try:
        for _ in range(form.lines_before):
            next(rows, None)
        headings = [one.strip() for one in next(rows, [])]
        columns = _Columns(headings, form, form.lines_before + 1)
        for cells in rows:
            yield columns.line(rows.line_num, cells)
    except csv.Error as error:
        raise refused(rows.line_num, _WHOLE_ROW, f"it cannot be told into columns: {error}") from error


def refused(row: int, column: str, why: str) -> LoggerFileRefused:
    """The refusal of a file, with the row and the column that cannot be relied on."""
    return LoggerFileRefused(field="file", row=row, column=column, why=why)


class _Columns:
    """Where in a row each thing stands that a description names."""

    def __init__(self, headings: list[str], form: LoggerFormat, row: int) -> None:
        self.form, self.count = form, len(headings)
        self.zone = ZoneInfo(form.zone) if form.zone else None
        named = [*form.time, form.value, *([form.sensor] if form.sensor else [])]
        for one in named:
            if headings.count(one) != 1:
                raise refused(row, one, f"{headings.count(one)} of the headings are this one, and exactly one must be")
        self.times = [headings.index(one) for one in form.time]
        self.value = headings.index(form.value)
        self.sensor = headings.index(form.sensor) if form.sensor else None

    def line(self, row: int, cells: list[str]) -> Line:
        if len(cells) != self.count:
            raise refused(row, _WHOLE_ROW, f"cells in this row: {len(cells)}, headings: {self.count}")
        at = self._time(row, " ".join(cells[one].strip() for one in self.times))
        sensor = None if self.sensor is None else cells[self.sensor].strip()
        return Line(row, sensor, at, self._value(row, cells[self.value].strip()))

    def _time(self, row: int, told: str) -> datetime:
        column = " ".join(self.form.time)
        try:
            at = self._read_time(told)
            if (at.tzinfo is None) != (self.zone is not None):
                raise refused(row, column, "the time carries a zone beside that of the description" if self.zone
                              else "the time names no zone")  # fmt: skip
            return at.astimezone(UTC) if self.zone is None else self._in_zone(row, column, at, self.zone)
        except (ValueError, OverflowError) as error:
            raise refused(row, column, f"“{told}” is no time as the description says") from error

    def _read_time(self, told: str) -> datetime:
        if self.form.time_form != ISO:
            return datetime.strptime(told, self.form.time_form)  # noqa: DTZ007 - the zone is looked for afterwards
        if not _ISO.fullmatch(told):
            raise ValueError(told)
        return datetime.fromisoformat(told)

    def _in_zone(self, row: int, column: str, at: datetime, zone: ZoneInfo) -> datetime:
        first, second = (at.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        if first != second:
            raise refused(row, column, f"the clock of {zone.key} was changed in that hour; export the file in UTC")
        return first

    def _value(self, row: int, told: str) -> Decimal | None:
        if told in self.form.nothing:
            return None
        if not _NUMBER[self.form.decimal].fullmatch(told):
            raise refused(row, self.form.value, f"“{told}” is no number with at most six places after “{self.form.decimal}”")
        value = in_celsius(Decimal(told.replace(",", ".")), self.form.unit)
        if self.form.unit in DEGREES and value < _COLDEST_C:
            raise refused(row, self.form.value, "no temperature lies below −273.15 °C")
        if self.form.unit in DEGREES and value > _WARMEST_C:
            raise refused(row, self.form.value, f"no probe tells of more than {_WARMEST_C} °C")
        return value


def in_celsius(value: Decimal, unit: str) -> Decimal:
    """A value of ``unit`` to the thousandth, degrees as degrees Celsius."""
    if unit == "°F":
        value = (value - 32) * 5 / 9
    elif unit == "K":
        value += _COLDEST_C
    return value.quantize(_THOUSANDTH, ROUND_HALF_EVEN)
