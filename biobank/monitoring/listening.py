"""What the sensors say and do not say, gathered for the alarms in one question to the database."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Row, text
from sqlmodel import Session

from biobank.monitoring import proof_queries
from biobank.monitoring.alarm_conditions import as_watched, of_devices, of_freezer, of_proof
from biobank.monitoring.alarm_rules import USUAL_BOUNDS, AlarmKind, AlarmRule, Bounds, Condition, Heard, Measures, Standing
from biobank.monitoring.proof_queries import Lying
from biobank.monitoring.rules import DEVICE_CLOCK_AHEAD, Limit, Point, milli
from biobank.monitoring.tables import FreezerKind
from biobank.notices import outbox

REFUSED_FOR = timedelta(minutes=15)
"""So long after the last refused message of a device or site its alarm stands; general knowledge."""
MISSING_AFTER, MISSING_FOR = timedelta(minutes=15), timedelta(days=1)
"""So long counters may be missing while a buffer is being emptied, and so long after it was found a gap stays an alarm, which may
never be filled: general knowledge both."""
_USUAL = AlarmRule()

_PROBES = text(
    """
SELECT f.id AS freezer_id, f.code AS freezer, f.kind AS place, f.facility_code, coalesce(l.limit_c, f.limit_c) AS limit_c,
       coalesce(l.delay_s, f.delay_s) AS warm_s, coalesce(l.hysteresis_c, f.hysteresis_c) AS hysteresis_c,
       s.code AS sensor, s.site || '/' || s.device AS device, s.registered_at,
       CASE WHEN s.kind = ANY (:measured) THEN s.kind ELSE 'other' END AS kind,
       m.low, m.high, m.hysteresis, m.delay_s AS bounds_s, i.every_s, i.late_s,
       coalesce(k.offset_milli, (s.offset_c * 1000)::integer) AS offset_milli,
       n.received_at, n.device_time, n.value_milli, n.clock_suspect, n.clock_behind, n.suspect_at,
       r.silence_s, r.frozen_s, r.rise_c, r.rise_s, r.disagreement_c, r.drift_s, r.delay_s,
       r.level_low_percent, r.forecast_s, r.slope_s,
       b.device_time AS before_at, b.value_milli AS before_milli, h.steady, w.started_at AS warm_since
  FROM sensor s JOIN freezer f ON f.id = s.freezer_id
  LEFT JOIN sensor_seen n ON n.sensor_id = s.id
  LEFT JOIN LATERAL (SELECT * FROM freezer_rule l WHERE l.freezer_id = f.id AND l.valid_from <= :now
                      ORDER BY l.valid_from DESC LIMIT 1) l ON true
  LEFT JOIN LATERAL (SELECT k.offset_milli FROM sensor_calibration k WHERE k.sensor_id = s.id AND k.valid_from <= :now
                      ORDER BY k.valid_from DESC LIMIT 1) k ON true
  LEFT JOIN LATERAL (SELECT w.started_at FROM limit_interval w WHERE w.sensor_id = s.id AND w.ended_at IS NULL
                      ORDER BY w.started_at DESC LIMIT 1) w ON true
  LEFT JOIN LATERAL (SELECT * FROM sensor_limit m WHERE m.sensor_id = s.id ORDER BY m.number DESC LIMIT 1) m ON true
  LEFT JOIN LATERAL (SELECT * FROM sensor_interval i WHERE i.sensor_id = s.id ORDER BY i.number DESC LIMIT 1) i ON true
  LEFT JOIN LATERAL (SELECT * FROM alarm_setting a WHERE a.freezer_id = f.id ORDER BY a.number DESC LIMIT 1) r ON true
  CROSS JOIN LATERAL (SELECT CASE s.kind WHEN 'level' THEN coalesce(r.slope_s, :slope_s)
                                         ELSE coalesce(r.rise_s, :rise_s) END AS seconds) o
  LEFT JOIN LATERAL (
    SELECT b.device_time, b.value_milli FROM reading b
     WHERE b.sensor_id = s.id AND NOT b.clock_suspect
       AND b.device_time <= n.device_time - make_interval(secs => o.seconds)
       AND b.device_time > n.device_time - make_interval(secs => 2 * o.seconds)
     ORDER BY b.device_time DESC LIMIT 1) b ON true
  LEFT JOIN LATERAL (
    SELECT true AS steady WHERE (
      SELECT o.value_milli FROM reading o WHERE o.sensor_id = s.id AND NOT o.clock_suspect
         AND o.device_time <= n.device_time - make_interval(secs => coalesce(r.frozen_s, :frozen_s))
         AND o.device_time > n.device_time - make_interval(secs => 2 * coalesce(r.frozen_s, :frozen_s))
       ORDER BY o.device_time DESC LIMIT 1) = n.value_milli
    AND (SELECT o.device_time FROM reading o WHERE o.sensor_id = s.id AND NOT o.clock_suspect
            AND o.device_time > n.device_time - make_interval(secs => coalesce(r.frozen_s, :frozen_s))
            AND o.device_time <= n.device_time AND o.value_milli <> n.value_milli
          ORDER BY o.device_time DESC LIMIT 1) IS NULL) h ON true
 WHERE s.state = 'approved' AND (s.retired_at IS NULL OR s.retired_at > :now) ORDER BY f.code, s.code
"""
)
"""Each probe of a freezer, what it said last, what it said when a rise is measured from, and whether it said nothing else."""

_SAID = text(
    """
SELECT s.code, r.received_at, r.device_time, r.value_milli FROM sensor s JOIN reading r ON r.sensor_id = s.id
 WHERE s.code = ANY (:sensors) AND NOT r.clock_suspect AND r.device_time BETWEEN :since AND :until ORDER BY r.device_time
"""
)

_REFUSED = text(
    """
SELECT site, CASE WHEN topic ~ '^biobank/v1/[^/]+/[A-Za-z0-9_.-]{1,64}/readings$' THEN split_part(topic, '/', 4) END AS device,
       min(last_at) AS since FROM refused_message WHERE last_at > :since GROUP BY 1, 2
"""
)
"""A device is known by its topic, as `devices.topics` writes it; what came otherwise, or as no device of ours, is the site's."""

_MISSING = text(
    """
SELECT s.code, min(g.found_at) AS since, sum(g.last_counter - g.first_counter + 1) AS readings FROM reading_gap g
  JOIN sensor s ON s.id = g.sensor_id AND s.state = 'approved' AND (s.retired_at IS NULL OR s.retired_at > :now)
 WHERE g.found_at > :since AND (g.state = 'lost' OR g.found_at <= :until)
   AND (g.first_counter > 1 OR EXISTS (SELECT FROM sensor_counter c WHERE c.sensor_id = g.sensor_id AND c.boot < g.boot))
 GROUP BY s.code
"""
)
"""What a device counted before it was heard here for the first time is missing to nobody."""


class Place(NamedTuple):
    """Whose an alarm is."""

    freezer_id: UUID | None
    facility_code: str | None


class Told(NamedTuple):
    """Everything that is so now, and where, by kind and subject."""

    conditions: list[Condition]
    places: dict[tuple[AlarmKind, str], Place]


def told(session: Session, standing: Standing, now: datetime, lying: Lying) -> Told:
    """What the sensors of every freezer say and do not say at ``now``, and what is not proven of their alarms."""
    usual = {"rise_s": _USUAL.rise_s, "frozen_s": _USUAL.frozen_s, "slope_s": _USUAL.slope_s}
    asked = {"now": now, "measured": list(Measures)} | usual
    rows = session.connection().execute(_PROBES, asked).all()
    conditions: list[Condition] = []
    places: dict[str, Place] = {}
    for freezer, each in groupby(rows, key=lambda row: str(row.freezer)):
        of_one = list(each)
        rule = _rule(of_one[0])
        probes = [_heard(row, rule) for row in of_one]
        place = Place(of_one[0].freezer_id, of_one[0].facility_code)
        places |= {freezer: place} | {probe.sensor: place for probe in probes}
        places |= {probe.device: Place(None, place.facility_code) for probe in probes}
        limit = _limit(of_one[0])
        found = of_freezer(freezer, probes, limit, rule, standing, now)
        found = [_as_watched(session, one, of_one, limit, rule, now) if _is_news(one, standing) else one for one in found]
        conditions += of_proof(found) if of_one[0].place == FreezerKind.PROOF else found
    for freezer_id, facility, condition in [*proof_queries.unproven(session, lying, now), *_nobody_told(session, lying, now)]:
        places[condition.subject] = Place(freezer_id, facility)
        conditions.append(condition)
    conditions = of_devices(conditions, (_heard(row, _USUAL) for row in rows))
    conditions += [*_refused(session, now), *_missing(session, now)]
    return Told(conditions, {(one.kind, one.subject): places.get(one.subject, Place(None, None)) for one in conditions})


def _is_news(condition: Condition, standing: Standing) -> bool:
    """Whether a condition may have begun while nobody watched; since when it is too warm is known from its intervals."""
    key = condition.kind, condition.subject
    return bool(condition.delay) and condition.kind is not AlarmKind.TOO_WARM and key not in standing


def _as_watched(
    session: Session, condition: Condition, rows: Sequence[Row[tuple[object, ...]]], limit: Limit, rule: AlarmRule, now: datetime
) -> Condition:
    """The condition since when the readings have it, as far back as its delay needs."""
    of_sensor = {row.sensor: (_heard(row, rule), row.offset_milli) for row in rows}
    since = now - condition.delay - timedelta(seconds=rule.silence_s)
    asked = {"sensors": [*of_sensor], "since": since, "until": now + DEVICE_CLOCK_AHEAD}
    said = []
    for code, heard_at, told_at, value_milli in session.connection().execute(_SAID, asked):
        probe, offset_milli = of_sensor[code]
        said.append(probe._replace(heard_at=heard_at, told_at=told_at, value_milli=value_milli + offset_milli, before=None))
    return as_watched(condition, str(rows[0].freezer), said, limit, rule)


def _refused(session: Session, now: datetime) -> Iterable[Condition]:
    for site, device, since in session.connection().execute(_REFUSED, {"since": now - REFUSED_FOR}):
        subject, of = (f"{site}/{device}", "device") if device else (site, "site")
        yield Condition(AlarmKind.REFUSED, subject, since, timedelta(0), f"Messages of {of} {subject} were refused")


def _nobody_told(session: Session, lying: Lying, now: datetime) -> Iterable[tuple[None, str, Condition]]:
    for facility in proof_queries.without(session, lying, outbox.told_facilities(session)):
        words = f"Nobody at {facility} is on duty for its alarms; whoever is on duty elsewhere is told instead"
        yield None, facility, Condition(AlarmKind.NOBODY_TOLD, facility, now, timedelta(0), words)


def _missing(session: Session, now: datetime) -> Iterable[Condition]:
    asked = {"now": now, "since": now - MISSING_FOR, "until": now - MISSING_AFTER}
    for sensor, since, readings in session.connection().execute(_MISSING, asked):
        words = f"{readings} readings of sensor {sensor} did not arrive, as its counter tells"
        yield Condition(AlarmKind.READINGS_MISSING, sensor, since, timedelta(0), words)


def _heard(row: Row[tuple[object, ...]], rule: AlarmRule) -> Heard:
    every = None if row.every_s is None else timedelta(seconds=row.every_s)
    kind, since, late = Measures(row.kind), row.registered_at, timedelta(seconds=row.late_s or 0)
    never = Heard(row.sensor, row.device, since, None, since, 0, False, kind, bounds=_bounds(row), every=every, late=late)
    if row.received_at is None:
        return never
    return never._replace(
        heard_at=row.received_at,
        told_at=row.device_time,
        value_milli=row.value_milli + row.offset_milli,
        clock_suspect=row.clock_suspect,
        clock_behind=row.clock_behind,
        suspect_at=row.suspect_at,
        before=None if row.before_at is None else Point(row.before_at, row.before_milli + row.offset_milli),
        steady_since=row.device_time - timedelta(seconds=rule.frozen_s) if row.steady else None,
        warm_since=row.warm_since,
    )


def _bounds(row: Row[tuple[object, ...]]) -> Bounds | None:
    """The limits that somebody signed for a sensor, else those that are usual; what an incubator holds is nobody's habit."""
    if row.bounds_s is None:
        return None if row.place == FreezerKind.INCUBATOR else USUAL_BOUNDS.get(Measures(row.kind))
    low, high = (None if limit is None else milli(limit) for limit in (row.low, row.high))
    return Bounds(low, high, milli(row.hysteresis), timedelta(seconds=row.bounds_s))


def _limit(row: Row[tuple[object, ...]]) -> Limit:
    return Limit(milli(row.limit_c), timedelta(seconds=row.warm_s), milli(row.hysteresis_c))


def _rule(row: Row[tuple[object, ...]]) -> AlarmRule:
    if row.silence_s is None:
        return _USUAL
    seconds = {
        name: getattr(row, name) for name in ("silence_s", "frozen_s", "rise_s", "drift_s", "delay_s", "forecast_s", "slope_s")
    }
    degrees = {"rise_milli": milli(row.rise_c), "disagreement_milli": milli(row.disagreement_c)}
    return AlarmRule(**seconds, **degrees, level_low_milli=milli(row.level_low_percent))
