"""The whole story of a thing, put together from the records of every package."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from biobank.act.people import Person, Side
from biobank.cryostorage.tables import Unit
from biobank.custody import queries as custody
from biobank.custody.schemas import EventOut
from biobank.custody.tables import CustodyEvent, Hold, Material
from biobank.expansion.tables import Batch, Culture
from biobank.tracing import family, lying, queries
from biobank.tracing.facts import facts
from biobank.tracing.queries import KIT_CONTENTS, Thing
from biobank.tracing.rules import ThingKind
from biobank.tracing.schemas import KinOut, StoryHoldOut, StoryOut

_MATERIALS = frozenset({ThingKind.DONATION, ThingKind.KIT, ThingKind.BATCH, ThingKind.CULTURE, ThingKind.UNIT, ThingKind.LOT})
_CONTENTS = text(KIT_CONTENTS.format(kit=":kit"))


def story(session: Session, person: Person, scanned: str, now: datetime, late_after: timedelta) -> StoryOut:
    """Everything that this person may know of a thing; what was recorded ``late_after`` it happened is shown as late.

    Raises CodeMisread, NoSuchMaterial.
    """
    db = session.connection()
    about = queries.thing(db, person, scanned, now)
    events = custody.events(session, about.id) if about.kind in _MATERIALS else []
    hands = custody.hands(session, person.side, events)
    freezer = lying.freezer_around(session, about)
    return StoryOut(
        code=about.code,
        kind=about.kind,
        state=about.state,
        held=about.held,
        place=_place(session, about, events),
        facts=facts(session, about),
        holds=[] if person.side is Side.BEDSIDE else _holds(session, about),
        parents=[KinOut.of(one) for one in family.ancestors(db, person, about, now)],
        children=[KinOut.of(one) for one in family.descendants(db, person, about, now)],
        events=[EventOut.of(one, hands, late_after) for one in events],
        temperature=lying.temperatures(session, freezer, now) if freezer else None,
    )


def _place(session: Session, about: Thing, events: Sequence[CustodyEvent]) -> str | None:
    """A stored unit lies in its slot; other material is where it went last, and anything else belongs to a site or facility."""
    if about.kind is ThingKind.POSITION:
        return lying.spot(session, about.id).words
    if about.kind is ThingKind.UNIT and (spot := lying.spot_of_unit(session, about.id)) is not None:
        return spot.words
    return events[-1].place if events else about.place


def _holds(session: Session, about: Thing) -> list[StoryHoldOut]:
    wanted = (
        select(Hold, Material.code)
        .join(Material, col(Material.id) == col(Hold.material_id))
        .where(col(Hold.material_id).in_(_reaching(session, about)), col(Hold.lifted_at).is_(None))
        .order_by(col(Hold.number))
    )
    return [StoryHoldOut.of(hold, code) for hold, code in session.exec(wanted)]


def _reaching(session: Session, about: Thing) -> set[UUID]:
    """The materials whose holds hold this thing too."""
    if about.kind is ThingKind.BATCH:
        return {about.id, session.get_one(Batch, about.id).root_id}
    if about.kind is ThingKind.CULTURE:
        culture = session.get_one(Culture, about.id)
        return {about.id, culture.batch_id, culture.root_id}
    if about.kind is ThingKind.UNIT:
        unit = session.get_one(Unit, about.id)
        return {about.id, unit.batch_id, unit.root_id}
    if about.kind is ThingKind.KIT:
        return {about.id, *session.connection().execute(_CONTENTS, {"kit": about.id}).scalars()}
    return {about.id}
