"""Files of data loggers that cannot speak MQTT; for the facility only."""

from collections.abc import Sequence

from fastapi import APIRouter

from biobank.act.kinds import Kind
from biobank.monitoring import logger_files, queries
from biobank.monitoring.logger_files import FormatIn, FormatOut, LoggerFileIn, LoggerFileOut
from biobank.units import Code
from biobank.web.begin import Begin, Look

router = APIRouter(prefix="/api", tags=["freezers"])


@router.get("/logger-formats")
def formats(look: Look) -> Sequence[FormatOut]:
    """How files of each kind of logger are written, version by version."""
    with look() as session:
        return logger_files.formats(session)


@router.post("/logger-formats", status_code=201)
def describe(order: FormatIn, begin: Begin) -> FormatOut:
    """Describe how a kind of logger writes its files, or change that by a new version."""
    with begin(Kind.DESCRIBE_LOGGER, reason=order.reason) as act:
        row = logger_files.describe(act, order.definition)
        return act.answer(FormatOut(name=act.person.name, **row.model_dump(exclude={"id", "recorded_by"})))


@router.get("/freezers/{code}/logger-files")
def files(code: Code, look: Look) -> Sequence[LoggerFileOut]:
    """The files of loggers that were brought in for a freezer, and what became of their readings."""
    with look() as session:
        return logger_files.files(session, queries.freezer_where(session, look.person, code))


@router.post("/freezers/{code}/logger-files", status_code=201)
def bring(code: Code, order: LoggerFileIn, begin: Begin) -> LoggerFileOut:
    """Bring in the readings of a logger that cannot send them by itself, from the file that it exported."""
    with begin(Kind.IMPORT_READINGS) as act:
        freezer = queries.freezer_where(act.session, act.person, code)
        return act.answer(LoggerFileOut.of(*logger_files.bring(act, freezer, order), act.person.name))
