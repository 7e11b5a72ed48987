"""A person with everything they need to work: account, roles with training and delegation, and somebody who saw who they are."""

from dataclasses import dataclass
from uuid import UUID

from biobank.access import identity, rights, rules
from biobank.access.operations import enrol
from biobank.access.schemas import PersonIn
from biobank.access.tables import Credential, PersonRow
from biobank.act.acts import Act, Acts
from biobank.act.kinds import Kind
from biobank.act.people import PREPARER_OF_DATABASE
from biobank.db.roles import Login


@dataclass(frozen=True)
class Seen:
    """By whom a person was seen who typed their password themselves, and what they showed."""

    by: UUID
    document_digest: bytes
    shown: str


def hire(act: Act, order: PersonIn, seen: Seen | None) -> PersonRow:
    """Enrol somebody with their roles. Whoever was seen by another than who enrols them signs at once; the others choose a
    password of their own first, and sign when somebody has seen them.

    Raises what `operations.enrol`, `rights.grant` and `identity.seen` raise; VerifiesTheirOwn, IdentityNotVerified.
    """
    person = enrol(act, order, own=seen is not None)
    if seen is not None:
        if act.person != PREPARER_OF_DATABASE:
            rules.check_may_verify(seen.by, person.id, act.person.id)
            identity.check_verified(act, seen.by)
        credential = act.session.get_one(Credential, person.id)
        identity.seen(act, person, credential, seen.by, seen.document_digest, seen.shown)
    for role in sorted(order.roles):
        rights.grant(act, person, role, order.place, order.trained_until, order.delegated_until)
    return person


def enrol_first(acts: Acts, order: PersonIn, document_digest: bytes) -> None:
    """An administrator whom nobody can enrol, or can see: an act of the preparation of the database, at its terminal.

    An installation needs two: each sees those whom the other enrols.
    """
    with acts.begin(PREPARER_OF_DATABASE, Kind.ENROL_PERSON, login=Login.DESK) as act:
        hire(act, order, Seen(PREPARER_OF_DATABASE.id, document_digest, "at the terminal of the server"))
