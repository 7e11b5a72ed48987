"""The alarms that stand, and those that somebody disabled."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from biobank.access.tables import PersonRow
from biobank.act.people import Person
from biobank.errors import NotFound
from biobank.monitoring.alarm_rules import AlarmState
from biobank.monitoring.alarm_tables import Alarm, AlarmDisabling, AlarmSetting
from biobank.monitoring.tables import Freezer


class NoSuchAlarm(NotFound):
    """No alarm with this number is open here."""

    code = "no_such_alarm"


class Known(NamedTuple):
    """An alarm with what its rows point at."""

    alarm: Alarm
    freezer: str | None
    by: str | None
    cause: int | None


class Silenced(NamedTuple):
    """What somebody disabled, where, and who it was."""

    disabling: AlarmDisabling
    freezer: str
    by: str


def standing(session: Session, person: Person, freezer: Freezer | None = None) -> list[Known]:
    """The alarms that are not over, where this person works; those of one freezer and their causes alone where one is given."""
    cause = aliased(Alarm)
    wanted = (
        select(Alarm, Freezer.code, PersonRow.name, cause.number)
        .join(Freezer, col(Freezer.id) == col(Alarm.freezer_id), isouter=True)
        .join(PersonRow, col(PersonRow.id) == col(Alarm.acknowledged_by), isouter=True)
        .join(cause, col(cause.id) == col(Alarm.cause_id), isouter=True)
        .where(col(Alarm.closed_at).is_(None), Alarm.state != AlarmState.NORMAL)
        .order_by(col(Alarm.number))
    )
    if freezer is not None:
        causes = select(Alarm.cause_id).where(Alarm.freezer_id == freezer.id, col(Alarm.closed_at).is_(None))
        wanted = wanted.where(or_(col(Alarm.freezer_id) == freezer.id, col(Alarm.id).in_(causes)))
    return [known for known in map(Known._make, session.exec(wanted)) if _reaches(known.alarm, person)]


def of_numbers(session: Session, person: Person, numbers: Iterable[int]) -> Sequence[Alarm]:
    """These alarms, locked in their order. Raises NoSuchAlarm."""
    wanted = sorted(set(numbers))
    found = session.exec(
        select(Alarm)
        .where(col(Alarm.number).in_(wanted), col(Alarm.closed_at).is_(None))
        .order_by(col(Alarm.number))
        .with_for_update()
    ).all()
    there = [one for one in found if _reaches(one, person)]
    missing = set(wanted) - {one.number for one in there}
    if missing:
        raise NoSuchAlarm(number=min(missing))
    return there


def disabled(session: Session, person: Person, now: datetime, freezer: Freezer | None = None) -> list[Silenced]:
    """What is disabled at ``now`` where this person works."""
    wanted = (
        select(AlarmDisabling, Freezer, PersonRow.name)
        .join(Freezer, col(Freezer.id) == col(AlarmDisabling.freezer_id))
        .join(PersonRow, col(PersonRow.id) == col(AlarmDisabling.disabled_by))
        .where(col(AlarmDisabling.until_at) > now, col(AlarmDisabling.rearmed_at).is_(None))
        .order_by(col(AlarmDisabling.until_at))
    )
    if freezer is not None:
        wanted = wanted.where(AlarmDisabling.freezer_id == freezer.id)
    return [Silenced(one, where.code, by) for one, where, by in session.exec(wanted) if person.works_at(where.facility_code)]


def setting(session: Session, freezer_id: UUID) -> AlarmSetting | None:
    """The rule that somebody signed last for this freezer."""
    newest = select(AlarmSetting).where(AlarmSetting.freezer_id == freezer_id).order_by(col(AlarmSetting.number).desc())
    return session.exec(newest.limit(1)).first()


def _reaches(alarm: Alarm, person: Person) -> bool:
    return alarm.facility_code is None or person.works_at(alarm.facility_code)
