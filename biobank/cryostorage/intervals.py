"""What the records tell of a unit's warmth, counted where they lie: ten years of a busy freezer are tens of thousands of spans,
of which only the sums leave the database.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text
from sqlmodel import Session

from biobank.cryostorage import transport
from biobank.cryostorage.rules import UnitState
from biobank.cryostorage.tables import Unit
from biobank.cryostorage.warming import ALL, Cause, Charges, Counted, Near, Sums, Travelled
from biobank.cryostorage.warming_tables import LONGEST_S

_BEFORE = "tstzrange(NULL, :until)"
_STAYS = """
stay AS MATERIALIZED (
  SELECT p.freezer_id, p.rack, p.box, l.placed_at, least(l.removed_at, :until) AS removed_at,
         tstzrange(l.placed_at, greatest(l.placed_at, least(l.removed_at, :until))) AS span
    FROM placement l JOIN storage_position p ON p.id = l.position_id WHERE l.unit_id = :unit)
"""
_WARM = f"""
SELECT '{Cause.MEASURED}', {ALL}, w.threshold_c,
       range_agg(tstzrange(w.started_at, greatest(w.started_at, coalesce(w.ended_at, :until))) * s.span)
  FROM stay s JOIN sensor n ON n.freezer_id = s.freezer_id
  JOIN warm_interval w ON w.sensor_id = n.id AND tstzrange(w.started_at, w.ended_at) && s.span GROUP BY 3
"""
"""What goes on counts until now: nobody told that it ended."""
_OPEN = f"""
SELECT range_agg(span) FROM (
  SELECT tstzrange(o.opened_at, o.closed_at) * s.span AS span
    FROM stay s JOIN lid_opening o ON o.freezer_id = s.freezer_id
     AND o.opened_at > s.placed_at - interval '{LONGEST_S} seconds' AND o.opened_at < s.removed_at
   UNION ALL
  SELECT tstzrange(greatest(i.started_at, s.placed_at), least(i.ended_at, s.removed_at))
    FROM stay s JOIN sensor n ON n.freezer_id = s.freezer_id
    JOIN lid_interval i ON i.sensor_id = n.id AND i.started_at < s.removed_at
     AND least(i.ended_at, s.removed_at) > s.placed_at) o
"""
"""What a person wrote down is never longer than that, so that the index by the beginning finds all of it, in order. What the
lid's own sensor tells of the same time is the same opening, and counts once.
"""
_PULLED = f"""
SELECT '{Cause.RACK_PULL}', n.percent, n.up_to_c, range_agg(tstzrange(r.pulled_at, r.returned_at) * s.span)
  FROM stay s JOIN rack_pull r ON r.freezer_id = s.freezer_id AND r.rack = s.rack
   AND tstzrange(r.pulled_at, r.returned_at) && s.span AND r.unit_id <> :unit
  JOIN (VALUES ('{Near.RACK}', :rack_percent, :rack_up_to_c), ('{Near.BOX}', :box_percent, :box_up_to_c))
    AS n (near, percent, up_to_c) ON n.near = '{Near.RACK}' OR r.box = s.box GROUP BY n.near, 2, 3
 UNION ALL SELECT '{Cause.RACK_PULL}', :pulled_percent, :pulled_up_to_c, range_agg(tstzrange(pulled_at, returned_at) * {_BEFORE})
  FROM rack_pull WHERE unit_id = :unit
"""
"""Those for the sake of its neighbours warm it where it lies; for its own sake it is out of its slot."""
_TRAVELLED = f"""
SELECT '{Cause.TRANSPORT}', {ALL}, t.above_c, range_agg(tstzrange(t.started_at, t.ended_at) * {_BEFORE})
  FROM unnest(CAST(:above_c AS numeric[]), CAST(:warm_from AS timestamptz[]), CAST(:warm_until AS timestamptz[]))
    AS t (above_c, started_at, ended_at) GROUP BY 3
"""
_HEARD = """
SELECT range_agg(tstzrange(h.started_at, greatest(h.seen_at, CASE WHEN h.due_at >= s.removed_at THEN s.removed_at END)) * s.span)
  FROM stay s JOIN sensor n ON n.freezer_id = s.freezer_id
   AND n.kind = 'temperature'
  JOIN heard_interval h ON h.sensor_id = n.id AND h.started_at < s.removed_at AND h.due_at > s.placed_at
"""
"""A thermometer that is not overdue when a stay ends told of all of it."""
_LENGTH = "(SELECT sum(upper(one) - lower(one)) FROM unnest({}) AS one)"
SUMS = f"""
WITH {_STAYS},
wanted AS (SELECT unnest(CAST(:thresholds_c AS numeric[])) AS above_c),
borne (cause, percent, up_to_c, spans) AS ({_WARM} UNION ALL {_PULLED} UNION ALL {_TRAVELLED}),
lid (spans) AS ({_OPEN}),
layer AS MATERIALIZED (
  SELECT above_c, cause, percent, spans, {_LENGTH.format("spans")} AS length
    FROM (SELECT t.above_c, b.cause, b.percent, range_agg(b.spans) AS spans
            FROM wanted t JOIN borne b ON b.up_to_c >= t.above_c GROUP BY 1, 2, 3
           UNION ALL
          SELECT t.above_c, '{Cause.LID_OPENING}', :lid_percent, l.spans FROM wanted t JOIN lid l ON :lid_up_to_c >= t.above_c) f
   WHERE NOT isempty(spans)),
level AS (
  SELECT above_c, percent, range_agg(spans) AS spans, CASE WHEN count(*) = 1 THEN max(length) END AS length
    FROM layer GROUP BY above_c, percent),
every_layer AS (
  SELECT above_c, cause, percent, spans, length FROM layer
   UNION ALL SELECT above_c, NULL, percent, spans, coalesce(length, {_LENGTH.format("spans")}) FROM level),
stacked AS (
  SELECT *, range_agg(spans) OVER (PARTITION BY above_c, cause ORDER BY percent DESC
                                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS higher
    FROM every_layer),
heard (spans) AS ({_HEARD}),
unheard (spans) AS (SELECT range_agg(span) - coalesce((SELECT spans FROM heard), '{{}}') FROM stay),
unknown AS (
  SELECT coalesce(range_agg(tstzrange(started_at, ended_at) * {_BEFORE}), '{{}}')
       + coalesce((SELECT spans FROM unheard), '{{}}') AS spans
    FROM unnest(CAST(:unknown_from AS timestamptz[]), CAST(:unknown_until AS timestamptz[])) AS t (started_at, ended_at))
SELECT above_c, cause, sum(percent * (length - coalesce({_LENGTH.format("spans * higher")}, interval '0')))
  FROM stacked GROUP BY 1, 2
 UNION ALL
SELECT NULL, NULL, {ALL} * {_LENGTH.format("spans")} FROM unknown
"""
"""Above each threshold, by each cause and by all: a hundred times how long, each moment by the largest share that bears on it.

Of a layer of equal percentage counts what no layer of a higher one covers. The last line is of times of which nobody knows: on
its ways as loggers tell, and where it lay while no thermometer was heard.
"""

_GONE_AT = text("SELECT max(removed_at) FROM placement WHERE unit_id = :unit")
_LOGS = text(
    "SELECT t.file, t.gap_s, t.ended_at FROM transport_log t JOIN transported_material m ON m.log_id = t.id"
    " WHERE m.material_id = :unit"
)


def sums_of(session: Session, unit: Unit, now: datetime, charges: Charges, thresholds_c: Collection[Decimal]) -> Sums:
    """How long a unit was above each of these thresholds until its thaw, or until ``now``."""
    db, of_unit = session.connection(), {"unit": unit.id}
    gone = unit.state in (UnitState.THAWED, UnitState.DESTROYED)
    until = (db.execute(_GONE_AT, of_unit).scalar_one() if gone else None) or now
    logs = db.execute(_LOGS, of_unit)
    transports = [_travelled(file, gap_s, ended_at, thresholds_c) for file, gap_s, ended_at in logs]
    return sums(db, asked(unit.id, until, charges, thresholds_c, transports))


def _travelled(file: bytes, gap_s: int, ended_at: datetime, thresholds_c: Collection[Decimal]) -> Travelled:
    """What a logger told, read again from its file."""
    return transport.read(file.decode(), timedelta(seconds=gap_s), ended_at).travelled(thresholds_c)


def sums(db: Connection, asked: dict[str, Any]) -> Sums:
    """How long a unit was above each of the thresholds of which ``asked`` is."""
    found = {(above_c, cause): hundredfold for above_c, cause, hundredfold in db.execute(text(SUMS), asked)}
    nothing = timedelta()
    counted = {
        above_c: Counted(
            found.get((above_c, None), nothing), {cause: found[above_c, cause] for cause in Cause if (above_c, cause) in found}
        )
        for above_c in asked["thresholds_c"]
    }
    return Sums(counted, found[None, None] or nothing)


def asked(
    unit_id: UUID, until: datetime, charges: Charges, thresholds_c: Collection[Decimal], transports: Sequence[Travelled]
) -> dict[str, Any]:
    """What is asked of ``SUMS``: about the time of a unit before ``until``, with what its transports told."""
    warm = [(above_c, *span) for one in transports for above_c, spans in one.above.items() for span in spans]
    unknown = [span for one in transports for span in one.unknown]
    charged = {f"{near}_percent": charge.percent for near, charge in charges.items()}
    charged_up_to = {f"{near}_up_to_c": charge.up_to_c for near, charge in charges.items()}
    told = dict(zip(("above_c", "warm_from", "warm_until"), _columns(warm, 3), strict=True))
    told |= dict(zip(("unknown_from", "unknown_until"), _columns(unknown, 2), strict=True))
    return {"unit": unit_id, "until": until, "thresholds_c": list(thresholds_c)} | charged | charged_up_to | told


def _columns(rows: Iterable[Sequence[object]], count: int) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(count)]
