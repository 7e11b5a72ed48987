"""What is asked and answered about alarms."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from biobank.act.people import Person
from biobank.monitoring import alarm_queries as queries
from biobank.monitoring.alarm_queries import Known, Silenced
from biobank.monitoring.alarm_rules import AlarmKind, AlarmRule, AlarmState
from biobank.monitoring.alarm_tables import AlarmSetting, Disabled
from biobank.monitoring.rules import degrees
from biobank.monitoring.tables import Freezer
from biobank.units import Percent, Reason, When
from biobank.web.signature import SignatureIn

_USUAL = AlarmRule()
Number = Annotated[int, Field(ge=1, le=2_147_483_647)]
Degrees = Annotated[Decimal, Field(ge=Decimal("0.1"), le=100, max_digits=6, decimal_places=2, description="°C")]
Seconds = Annotated[int, Field(ge=10, le=86_400, description="seconds")]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AcknowledgeIn(_In):
    """Which alarms somebody knows of, and what they do about them."""

    numbers: Annotated[list[Number], Field(min_length=1, max_length=1000)]
    reason: Reason


class DisableIn(_In):
    """Which alarms of a freezer and its sensors (one kind, or all), how, until when, and why."""

    kind: AlarmKind | None = None
    how: Disabled
    until: When
    reason: Reason


class ArmIn(_In):
    """Why all alarms of a freezer are armed again before their time."""

    reason: Reason


class AlarmRuleIn(_In):
    """By what a freezer's alarms are judged from now on, signed. The limit and its delay are those of the freezer."""

    silence_s: Seconds = _USUAL.silence_s
    frozen_s: Annotated[int, Field(ge=60, le=604_800, description="seconds")] = _USUAL.frozen_s
    rise_c: Degrees = degrees(_USUAL.rise_milli)
    rise_s: Seconds = _USUAL.rise_s
    disagreement_c: Degrees = degrees(_USUAL.disagreement_milli)
    drift_s: Annotated[int, Field(ge=1, le=86_400, description="seconds")] = _USUAL.drift_s
    delay_s: Annotated[int, Field(ge=0, le=86_400, description="seconds")] = _USUAL.delay_s
    level_low_percent: Percent = degrees(_USUAL.level_low_milli)
    forecast_s: Annotated[int, Field(ge=60, le=604_800, description="seconds")] = _USUAL.forecast_s
    slope_s: Annotated[int, Field(ge=60, le=604_800, description="seconds")] = _USUAL.slope_s
    repeat_s: Annotated[int, Field(ge=60, le=86_400, description="seconds")] = _USUAL.repeat_s
    reason: Reason
    signature: SignatureIn


class AlarmRuleOut(BaseModel):
    """The rule in force; number 0 is general knowledge, which holds until somebody signs one."""

    number: int
    silence_s: int
    frozen_s: int
    rise_c: Decimal
    rise_s: int
    disagreement_c: Decimal
    drift_s: int
    delay_s: int
    level_low_percent: Decimal
    forecast_s: int
    slope_s: int
    repeat_s: int

    @classmethod
    def of(cls, setting: AlarmSetting | None) -> Self:
        """The answer about the latest setting of a freezer."""
        if setting is not None:
            return cls.model_validate(setting, from_attributes=True)
        names = ("silence_s", "frozen_s", "rise_s", "drift_s", "delay_s", "forecast_s", "slope_s", "repeat_s")
        seconds = {name: getattr(_USUAL, name) for name in names}
        return cls(
            number=0,
            level_low_percent=degrees(_USUAL.level_low_milli),
            rise_c=degrees(_USUAL.rise_milli),
            disagreement_c=degrees(_USUAL.disagreement_milli),
            **seconds,
        )


class AlarmOut(BaseModel):
    """An alarm that is not yet over, and the number of the one from which it follows."""

    number: int
    kind: AlarmKind
    subject: str
    freezer: str | None
    state: AlarmState
    words: str
    began_at: datetime
    raised_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    cause: int | None

    @classmethod
    def of(cls, known: Known) -> Self:
        """The answer about an alarm."""
        alarm = known.alarm
        return cls(
            number=alarm.number,
            kind=AlarmKind(alarm.kind),
            subject=alarm.subject,
            freezer=known.freezer,
            state=AlarmState(alarm.state),
            words=alarm.words,
            began_at=alarm.began_at,
            raised_at=alarm.raised_at,
            acknowledged_at=alarm.acknowledged_at,
            acknowledged_by=known.by,
            cause=known.cause,
        )


class AlarmsOut(BaseModel):
    """The alarms that are not yet over."""

    alarms: list[AlarmOut]


class DisabledOut(BaseModel):
    """Alarms that somebody disabled, until when they stay so."""

    freezer: str
    kind: AlarmKind | None
    how: Disabled
    reason: str
    disabled_by: str
    disabled_at: datetime
    until_at: datetime

    @classmethod
    def of(cls, silenced: Silenced) -> Self:
        """The answer about what somebody disabled."""
        one = silenced.disabling
        return cls(
            freezer=silenced.freezer,
            kind=AlarmKind(one.kind) if one.kind else None,
            how=Disabled(one.how),
            reason=one.reason,
            disabled_by=silenced.by,
            disabled_at=one.disabled_at,
            until_at=one.until_at,
        )


class FreezerAlarmsOut(BaseModel):
    """The alarms of a freezer and its sensors, what is disabled of them, and by what they are judged."""

    alarms: list[AlarmOut]
    disabled: list[DisabledOut]
    rule: AlarmRuleOut

    @classmethod
    def of(cls, session: Session, person: Person, freezer: Freezer, now: datetime) -> Self:
        """The answer about ``freezer`` at ``now``."""
        return cls(
            alarms=[AlarmOut.of(one) for one in queries.standing(session, person, freezer)],
            disabled=[DisabledOut.of(one) for one in queries.disabled(session, person, now, freezer)],
            rule=AlarmRuleOut.of(queries.setting(session, freezer.id)),
        )
