"""What people do that warms units, and what follows: open lids, pulled racks, transports; holds where a budget is spent."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from biobank.act.acts import Act
from biobank.cryostorage import ledgers, queries, transport
from biobank.cryostorage.tables import Unit
from biobank.cryostorage.warming_schemas import RuleIn
from biobank.cryostorage.warming_tables import (
    LidOpening,
    RackPull,
    SpentBudget,
    TransportedMaterial,
    TransportLog,
    WarmingRule,
    WarmingRuleThreshold,
)
from biobank.custody import operations as custody
from biobank.custody import queries as materials
from biobank.custody.rules import FOR_PATIENTS, HoldKind
from biobank.custody.tables import Material, MaterialKind
from biobank.deviations import operations as deviations
from biobank.deviations.tables import Deviation
from biobank.donation import queries as donations
from biobank.errors import Conflict
from biobank.monitoring import operations as monitoring
from biobank.monitoring import queries as freezers


class NotThereThen(Conflict):
    """The unit lay in no freezer when the rack was pulled."""

    code = "not_there_then"


class TransportLogKnown(Conflict):
    """This very file was imported before."""

    code = "transport_log_known"


def record_opening(act: Act, freezer: str, seconds: int) -> LidOpening:
    """The lid of a freezer was closed at the time of the act, after it stood open for ``seconds``. Raises NoSuchFreezer."""
    stands = freezers.freezer_where(act.session, act.person, freezer)
    opened_at = act.occurred_at - timedelta(seconds=seconds)
    inside = queries.units_inside(act.session, stands.id, opened_at, act.occurred_at)
    ledgers.mark(act.session, (unit.id for unit in inside), act.recorded_at)
    return act.add(
        LidOpening(
            id=act.new_id(),
            freezer_id=stands.id,
            opened_at=opened_at,
            closed_at=act.occurred_at,
            recorded_by=act.person.id,
            recorded_at=act.recorded_at,
        )
    )


def record_pull(act: Act, code: str, seconds: int) -> RackPull:
    """The rack of a unit was back at the time of the act, after it was out for ``seconds`` for the unit's sake.

    Raises NoSuchUnit, NotThereThen.
    """
    unit = queries.unit(act.session, act.person, code)
    pulled_at = act.occurred_at - timedelta(seconds=seconds)
    lay = ledgers.stay_at(act.session, unit.id, pulled_at)
    if lay is None:
        raise NotThereThen(unit=unit.code, at=pulled_at)
    near = queries.units_inside(act.session, lay.freezer_id, pulled_at, act.occurred_at, lay.rack)
    ledgers.mark(act.session, (one.id for one in (unit, *near)), act.recorded_at)
    return act.add(
        RackPull(
            id=act.new_id(),
            freezer_id=lay.freezer_id,
            rack=lay.rack,
            box=lay.box,
            unit_id=unit.id,
            pulled_at=pulled_at,
            returned_at=act.occurred_at,
            recorded_by=act.person.id,
            recorded_at=act.recorded_at,
        )
    )


def import_log(act: Act, codes: Iterable[str], file: str) -> TransportLog:
    """Keep what the logger of a transport wrote; what travelled is held where nobody knows how warm it was.

    Raises LoggerFileRefused, NoSuchMaterial, NoSuchUnit, TransportLogKnown.
    """
    log = transport.read(file, ledgers.rule(act.session).transport_gap, act.recorded_at)
    travelled = [_travels(act, code) for code in dict.fromkeys(codes)]
    content = file.encode()
    sha256 = hashlib.sha256(content).digest()
    if ledgers.is_known(act.session, sha256):
        raise TransportLogKnown(sha256=sha256.hex())
    began_at, ended_at = log.span
    kept = act.add(
        TransportLog(
            id=act.new_id(),
            sha256=sha256,
            file=content,
            gap_s=log.gap // timedelta(seconds=1),
            began_at=began_at,
            ended_at=ended_at,
            readings=len(log.readings),
            coldest_c=min(log.known_c, default=None),
            warmest_c=max(log.known_c, default=None),
            unknown_s=log.unknown_s,
            imported_by=act.person.id,
            imported_at=act.recorded_at,
        )
    )
    materials.lock_roots(act, [one.root_id for one in travelled])
    ledgers.mark(act.session, (one.id for one in travelled if one.kind == MaterialKind.UNIT), act.recorded_at)
    for one in travelled:
        act.add(_transported(act, kept, one, f"Temperature unknown for {kept.unknown_s} s of a transport"))
    return kept


def _travels(act: Act, code: str) -> Material:
    """A donation or a unit, as far as this person works with it. Raises NoSuchMaterial, NoSuchUnit."""
    found = materials.material(act.session, code, MaterialKind.DONATION, MaterialKind.UNIT)
    if found.kind == MaterialKind.UNIT:
        queries.unit(act.session, act.person, code)
    else:
        donations.donation(act.session, act.person, code)
    return found


def _transported(act: Act, log: TransportLog, about: Material, unknown: str) -> TransportedMaterial:
    made = TransportedMaterial(id=act.new_id(), log_id=log.id, material_id=about.id, root_id=about.root_id)
    if log.unknown_s:
        told = f"From {log.began_at:%Y-%m-%d %H:%M:%S} to {log.ended_at:%Y-%m-%d %H:%M:%S} UTC"
        made.deviation_id = deviations.write_down(act, about.id, about.root_id, unknown, told).id
        made.hold_id = custody.place_hold(act, about.id, about.root_id, HoldKind.WARMING, FOR_PATIENTS, unknown).id
    return made


def set_rule(act: Act, order: RuleIn) -> WarmingRule:
    """Set what is charged, counted and asked from now on; every ledger is told by it. Former warm times are kept."""
    number = ledgers.rule(act.session).number + 1
    kept = order.model_dump(exclude={"reason", "thresholds_c"})
    rule = act.add(WarmingRule(id=act.new_id(), number=number, set_by=act.person.id, set_at=act.recorded_at, **kept))
    monitoring.work_out_above(act, order.thresholds_c)
    for threshold_c in sorted(set(order.thresholds_c)):
        act.add(WarmingRuleThreshold(id=act.new_id(), rule_id=rule.id, threshold_c=threshold_c))
    return rule


def hold_spent(act: Act, units: Iterable[UUID]) -> None:
    """Hold each of these units whose budget is spent, once in its life, with one deviation for each root among them."""
    found = sorted((act.session.get_one(Unit, unit_id) for unit_id in units), key=lambda unit: unit.code)
    materials.lock_roots(act, [unit.root_id for unit in found])
    opened: dict[UUID, Deviation] = {}
    for unit in found:
        line = ledgers.newly_spent(act.session, unit.id, act.recorded_at)
        if line is None:
            continue
        assert line.budget_s is not None  # else nothing could be spent
        title = f"Above {line.above_c.normalize():f} °C for {line.seconds} s, of {line.budget_s} s that the process allows"
        if unit.root_id not in opened:
            opened[unit.root_id] = deviations.write_down(act, unit.id, unit.root_id, title, "By the warming ledger")
        hold = custody.place_hold(act, unit.id, unit.root_id, HoldKind.WARMING, FOR_PATIENTS, title)
        act.add(
            SpentBudget(
                id=act.new_id(),
                unit_id=unit.id,
                above_c=line.above_c,
                seconds=line.seconds,
                budget_s=line.budget_s,
                hold_id=hold.id,
                deviation_id=opened[unit.root_id].id,
                recorded_at=act.recorded_at,
            )
        )
