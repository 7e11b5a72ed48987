"""The proof of the alarms: a freezer that stands for none is told to be too warm, and whoever is on duty must hear of it.

Plain Python over plain data. A proof shows, stage by stage, that a reading was published by a device, stored by the ingest,
judged by the worker, taken by every way to everybody on duty, and, where that is asked, acknowledged.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from biobank.errors import Conflict

GRACE = timedelta(minutes=5)
"""So long after its time a planned proof may have begun, as after a restart; a default of this system."""


class ProofState(StrEnum):
    """A proof runs until every stage has shown itself, or until it is too late for one."""

    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"


NEXT_OF_PROOF: dict[ProofState, frozenset[ProofState]] = {
    ProofState.RUNNING: frozenset({ProofState.PASSED, ProofState.FAILED}),
    ProofState.PASSED: frozenset(),
    ProofState.FAILED: frozenset(),
}
"""A proof that failed is an alarm, until another one passes."""


class NotForProofs(Conflict):
    """Alarms are proven by a freezer that was registered for that and stands for none."""

    code = "not_for_proofs"


class ProofRuns(Conflict):
    """A proof of these alarms runs already."""

    code = "proof_runs"


class ProofAlarmsDisabled(Conflict):
    """Somebody disabled the alarm that a proof would raise."""

    code = "proof_alarms_disabled"


class ProofAlarmStands(Conflict):
    """The alarm of the last proof still stands, and another one could not raise it."""

    code = "proof_alarm_stands"


@dataclass(frozen=True)
class Plan:
    """When alarms are proven, and how long each stage may take.

    What stands here holds until somebody signs a plan of their own: every four weeks, which keeps the day of the week.
    """

    every_days: int = 28
    tell_s: int = 600
    acknowledge_s: int | None = None
    """Nobody is asked to acknowledge where this is None: a proof at night wakes nobody who needs not be woken."""

    def tell_by(self, began_at: datetime) -> datetime:
        """By when every way must have taken its notice."""
        return began_at + timedelta(seconds=self.tell_s)

    def acknowledge_by(self, began_at: datetime) -> datetime | None:
        """By when somebody must have acknowledged; None where nobody is asked to."""
        return None if self.acknowledge_s is None else self.tell_by(began_at) + timedelta(seconds=self.acknowledge_s)

    def planned(self, first_at: datetime, now: datetime) -> datetime | None:
        """The last time up to ``now`` for which a proof was planned."""
        every = timedelta(days=self.every_days)
        return None if now < first_at else first_at + (now - first_at) // every * every


class Stages(NamedTuple):
    """When each stage of a proof showed itself; None where it has not."""

    published_at: datetime | None
    stored_at: datetime | None
    raised_at: datetime | None
    told_at: datetime | None
    acknowledged_at: datetime | None


class Proven(NamedTuple):
    """The last proof of a freezer: when it began, and what it lacked where it failed at ``ended_at``."""

    began_at: datetime
    ended_at: datetime | None
    lacking: str | None


NO_ALARM = "no alarm could be raised"
"""Why a proof that was planned fails at once where its alarms are disabled when it is due."""

_LACKING = (
    "the device published no reading",
    "the reading was published and not stored",
    "the reading was stored and no alarm raised",
    "the alarm was raised and not every way to everybody on duty took its notice",
    "the alarm was told and nobody acknowledged it",
)
"""What a proof lacks that shows no more than the stages before."""


def lacking(stages: Stages, tell_by: datetime, acknowledge_by: datetime | None) -> str | None:
    """What a proof lacks, in words; None where it lacks nothing and all came in time."""
    wanted = stages if acknowledge_by is not None else stages[:-1]
    for at, words in zip(wanted, _LACKING, strict=False):
        if at is None:
            return words
    assert stages.told_at is not None
    if stages.told_at > tell_by:
        return f"the last notice went out at {stages.told_at:%H:%M:%S} UTC, too late"
    if acknowledge_by is not None and stages.acknowledged_at is not None and stages.acknowledged_at > acknowledge_by:
        return f"somebody acknowledged at {stages.acknowledged_at:%H:%M:%S} UTC, too late"
    return None


def is_over(stages: Stages, tell_by: datetime, acknowledge_by: datetime | None, now: datetime) -> bool:
    """Whether a proof has shown everything that it may still show."""
    if stages.told_at is None:
        return now > tell_by
    return acknowledge_by is None or stages.acknowledged_at is not None or now > acknowledge_by


def not_proven(planned_at: datetime | None, last: Proven | None, now: datetime) -> tuple[datetime, str] | None:
    """Since when, and why, it is not proven that alarms reach anybody; None where it is, or a proof is under way."""
    if planned_at is not None and now - planned_at > GRACE and (last is None or last.began_at < planned_at):
        return planned_at + GRACE, f"no proof began that was planned for {planned_at:%Y-%m-%d %H:%M} UTC"
    if last is not None and last.ended_at is not None and last.lacking is not None:
        return last.ended_at, last.lacking
    return None
