"""The two administrators with whom every installation begins, as the command `biobank people first` enrols them."""

from biobank.access import enrolment, identity
from biobank.access.schemas import PersonIn
from biobank.act.opening import acts_of
from biobank.act.people import Role, Side
from biobank.clock import Clock
from biobank.settings import Settings
from devices.trial.people import ADMINISTRATOR, VERIFIER, Member


def open_door(settings: Settings, passwords: dict[str, str], clock: Clock | None = None) -> None:
    """Enrol both; without a ``clock``, by the one that the settings name."""
    acts = acts_of(settings, clock)
    key = bytes.fromhex(settings.secrets["instance_key"])
    for one in (ADMINISTRATOR, VERIFIER):
        enrolment.enrol_first(acts, _order(one, passwords), identity.digest_of(key, document_of(one)))
    acts.engines.dispose()


def document_of(member: Member) -> str:
    """The number of an identity document, made up."""
    return f"made up for {member.username}"


def _order(member: Member, passwords: dict[str, str]) -> PersonIn:
    return PersonIn(
        username=member.username,
        name=member.name,
        side=Side.DESK,
        roles=frozenset({Role.ADMINISTRATOR}),
        password=passwords[member.username],
    )
