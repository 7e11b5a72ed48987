"""Rights are given, ended and reviewed by acts, at one place or everywhere; each counts from the next request on."""

from datetime import datetime

from sqlmodel import col, select

from biobank.access import rules, sessions
from biobank.access.operations import person_of
from biobank.access.schemas import QualificationIn, RightIn
from biobank.access.tables import PersonRow, RoleGrant
from biobank.act.acts import Act
from biobank.act.people import Role


def give(act: Act, username: str, order: RightIn) -> None:
    """Give a role. Raises NoSuchPerson, YourOwnRights, RoleOfOtherSide, RightKnown, TreatsAndAssesses."""
    person = _other(act, username)
    rules.check_roles(person.side, frozenset({order.role}))
    grant(act, person, order.role, order.place, order.trained_until, order.delegated_until)


def grant(
    act: Act, person: PersonRow, role: Role, place: str | None, trained_until: datetime | None, delegated_until: datetime | None
) -> None:
    """Give a role that is of the person's side. Raises RightKnown, TreatsAndAssesses."""
    for held in (*_ever(act, person), *_under_other_names(act, person)):
        own = held.person_id == person.id and held.ended_at is None
        rules.check_new_right(role, place, held.role, held.place, own)
    act.add(
        RoleGrant(
            id=act.new_id(),
            person_id=person.id,
            role=role,
            place=place,
            granted_at=act.recorded_at,
            trained_until=trained_until,
            delegated_until=delegated_until,
        )
    )


def end(act: Act, username: str, role: Role, place: str | None) -> None:
    """End a role at a place. Raises NoSuchPerson, YourOwnRights, NoSuchRight."""
    _standing(act, _other(act, username), role, place).ended_at = act.recorded_at


def qualify(act: Act, username: str, order: QualificationIn) -> None:
    """Write down until when a training or a delegation is good. Raises NoSuchPerson, YourOwnRights, NoSuchRight."""
    right = _standing(act, _other(act, username), order.role, order.place)
    right.trained_until = order.trained_until or right.trained_until
    right.delegated_until = order.delegated_until or right.delegated_until


def review(act: Act, username: str) -> None:
    """Every right of a person was looked at and is still needed. Raises NoSuchPerson, YourOwnRights."""
    for right in _ever(act, _other(act, username)):
        if right.ended_at is None:
            right.reviewed_at = act.recorded_at


def leave(act: Act, username: str, now: datetime) -> None:
    """Somebody works here no longer: rights and sessions end, the user name stays theirs. Raises NoSuchPerson, YourOwnRights."""
    person = _other(act, username)
    for right in _ever(act, person):
        right.ended_at = right.ended_at or act.recorded_at
    sessions.end_all(act, person.id, now)
    person.ended_at = act.recorded_at


def _other(act: Act, username: str) -> PersonRow:
    person = person_of(act, username)
    if person.id == act.person.id:
        raise rules.YourOwnRights
    return person


def _ever(act: Act, person: PersonRow) -> list[RoleGrant]:
    wanted = select(RoleGrant).where(RoleGrant.person_id == person.id).order_by(col(RoleGrant.id)).with_for_update()
    return list(act.session.exec(wanted))


def _under_other_names(act: Act, person: PersonRow) -> list[RoleGrant]:
    """What the same human being held with other accounts."""
    same = (PersonRow.human_id == person.human_id, PersonRow.id != person.id)
    wanted = select(RoleGrant).join(PersonRow, col(PersonRow.id) == col(RoleGrant.person_id)).where(*same)
    return [] if person.human_id is None else list(act.session.exec(wanted))


def _standing(act: Act, person: PersonRow, role: Role, place: str | None) -> RoleGrant:
    for right in _ever(act, person):
        if (right.role, right.place, right.ended_at) == (role, place, None):
            return right
    raise rules.NoSuchRight(username=person.username, role=role)
