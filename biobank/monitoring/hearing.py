"""From when to when a sensor was heard: as long as it measures no more seldom than it may, somebody knows what was so.

What is written here is worked out from readings, late ones too, and stands in no trail.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from biobank.monitoring.alarm_rules import AlarmRule
from biobank.monitoring.reading_tables import HeardInterval
from biobank.monitoring.rules import Dated, Stretch
from biobank.monitoring.tables import Sensor

_SIGNED = text(
    "SELECT set_at, every_s, late_s, coalesce(measures_s, every_s) FROM sensor_interval WHERE sensor_id = :sensor UNION ALL"
    " SELECT a.set_at, a.silence_s, 0, a.silence_s FROM alarm_setting a WHERE a.freezer_id = :freezer"
    "    AND a.set_at < ALL (SELECT set_at FROM sensor_interval WHERE sensor_id = :sensor) ORDER BY 1"
)
"""What was signed of the sensor itself counts, before that what was set for all of its freezer."""


class Habit(NamedTuple):
    """So often a sensor speaks at least, so old the newest that it says may be when it arrives, and so often it measures: of that
    a logger tells only when it speaks.
    """

    every: timedelta
    late: timedelta
    measures: timedelta


def habit(session: Session, sensor: Sensor) -> Dated[Habit]:
    """What a sensor was held to at each time."""
    signed = session.connection().execute(_SIGNED, {"sensor": sensor.id, "freezer": sensor.freezer_id})
    changes = ((since, Habit(*(timedelta(seconds=one) for one in seconds))) for since, *seconds in signed)
    usual = timedelta(seconds=AlarmRule().silence_s)
    return Dated(Habit(usual, timedelta(0), usual), tuple(changes))


class Hearing:
    """Follows one sensor over its readings from ``start`` on, from what is known of it."""

    def __init__(self, session: Session, sensor: Sensor, start: datetime) -> None:
        self.session, self.sensor, self.habit = session, sensor, habit(session, sensor)
        of_sensor, began = HeardInterval.sensor_id == sensor.id, col(HeardInterval.started_at)
        since = session.exec(select(func.max(began)).where(of_sensor, began < start)).one() or start
        self.known = session.exec(select(HeardInterval).where(of_sensor, began >= since).order_by(began)).all()
        self.found: dict[datetime, datetime] = {}  # the last reading of each time, by the first
        if since < start:
            self._hear(since, min(self.known[0].seen_at, start))

    def take(self, at: datetime) -> None:
        """The next reading."""
        if self.found and at - self.seen <= self.habit.at(self.seen).measures:
            self._hear(self.began, at)
        else:
            self._hear(at, at)

    def stays(self, stretch: Stretch) -> bool:
        """Whether in a stretch the sensor measured as often as it must."""
        habit = self.habit.throughout(self.seen, stretch.last) if self.found else None
        return habit is not None and max(stretch.first - self.seen, stretch.longest) <= habit.measures

    def take_all(self, stretch: Stretch) -> None:
        """The next readings, in which it stays heard."""
        self._hear(self.began, stretch.last)

    def write(self, beyond: datetime | None) -> None:
        """Write what differs up to ``beyond``, the last reading that was taken, after which all is as it was; None where it was
        the last of all.
        """
        known = {row.started_at: row for row in self.known if beyond is None or row.started_at <= beyond}
        if beyond is not None:
            self.found[self.began] = max([self.seen, *(row.seen_at for row in known.values())])
        for began, row in known.items():
            if began not in self.found:
                self.session.delete(row)
        for began, seen in self.found.items():
            row = known.get(began) or HeardInterval(sensor_id=self.sensor.id, started_at=began, seen_at=seen, due_at=seen)
            due_at = self._due_at(seen, later=began < self.began or len(known) < len(self.known))
            row.seen_at, row.due_at = seen, max(seen, min(due_at, self.sensor.retired_at or due_at))
            self.session.add(row)
        self.session.flush()

    def _due_at(self, seen: datetime, later: bool) -> datetime:
        """By when the next reading after ``seen`` arrives; where ``later`` ones did, by when it had to be measured."""
        every, late, measures = self.habit.at(seen)
        return seen + (measures if later else every + late)

    def _hear(self, began: datetime, seen: datetime) -> None:
        self.began, self.seen = began, seen
        self.found[began] = seen
