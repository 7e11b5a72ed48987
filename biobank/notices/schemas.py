"""What is asked and answered about who is told of alarms."""

from datetime import datetime, timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from biobank.notices import addresses
from biobank.notices.addresses import PATTERNS
from biobank.notices.rules import NoticeState, Way
from biobank.units import Key, Reason, ShortWords, When


def _of(way: Way) -> AfterValidator:
    def checked(address: str) -> str:
        try:
            addresses.check(way, address)
        except ValueError as why:
            raise PydanticCustomError("no_address", "Nothing can be sent to this address; look for what was mistyped") from why
        return address

    return AfterValidator(checked)


_Mailbox = Annotated[str, StringConstraints(max_length=254, pattern=rf"^{PATTERNS[Way.EMAIL]}$"), _of(Way.EMAIL)]
_Web = Annotated[str, StringConstraints(max_length=500, pattern=rf"^{PATTERNS[Way.WEBHOOK]}$"), _of(Way.WEBHOOK)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ContactIn(_In):
    """Somebody at a facility who is told of alarms; the ways are tried in the order e-mail, webhook, short message."""

    facility: Key
    name: ShortWords
    email: _Mailbox | None = None
    webhook: _Web | None = None
    sms: Annotated[str, StringConstraints(pattern=rf"^{PATTERNS[Way.SMS]}$")] | None = None

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if not self.ways:
            raise PydanticCustomError("no_way", "Give at least one way to reach them")
        return self

    @property
    def ways(self) -> list[tuple[Way, str]]:
        """The ways that are given, in the order in which they are tried."""
        given = {Way.EMAIL: self.email, Way.WEBHOOK: self.webhook, Way.SMS: self.sms}
        return [(way, address) for way, address in given.items() if address]


class DutyIn(_In):
    """When somebody is on duty, and how long nobody acknowledged before they are told."""

    facility: Key
    name: ShortWords
    after_s: Annotated[int, Field(ge=0, le=86_400, description="seconds")] = 0
    starts_at: When
    ends_at: When | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_at is not None and self.ends_at <= self.starts_at:
            raise PydanticCustomError("wrong_order", "The end lies after the start")
        return self


class EndContactIn(_In):
    """Who is told no more, and why."""

    facility: Key
    name: ShortWords
    reason: Reason


class DutyOut(BaseModel):
    """One line of the chain."""

    after_s: int
    starts_at: datetime
    ends_at: datetime | None


class ContactOut(BaseModel):
    """Somebody who is told of alarms, how, and when."""

    facility: str
    name: str
    ways: dict[Way, str]
    duties: list[DutyOut]


class NoticeOut(BaseModel):
    """What went out, or is to go out, to whom; and what every way said that did not take it."""

    contact: str
    state: NoticeState
    made_at: datetime
    sent_at: datetime | None
    alarms: int
    troubles: list[str]


LOOK_BACK = timedelta(days=31)
"""So far back the notices are listed; the record keeps all of them."""
