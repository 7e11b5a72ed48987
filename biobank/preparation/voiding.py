"""Giving up a kit before it is given, in both arms alike, so that the dose of its period can be planned again."""

from biobank.access import signing
from biobank.act.acts import Act
from biobank.custody import operations as custody
from biobank.custody.tables import Scope, Step
from biobank.dispensing import queries as kits
from biobank.dispensing.rules import NEXT, KitState, NotAtThatPoint
from biobank.studies import queries as studies


def void(act: Act, code: str, reason: str) -> None:
    """Make a kit void, signed; nobody can prepare, fetch or give it any more, and what was thawed for it is lost.

    Raises NoSuchKit, NotAtThatPoint, NotSigned.
    """
    found = kits.found_for_change(act, code)
    kit, state = found.kit, KitState(found.kit.state)
    if KitState.VOID not in NEXT[state]:
        raise NotAtThatPoint(kit=kit.number, state=state)
    told = {"act": "void_kit", "participant": found.participant.code, "visit": found.visit, "was": state, "reason": reason}
    signing.sign(act, kit.number, {"kit": kit.number} | told)
    kit.state = KitState.VOID
    act.session.flush()
    place = studies.facility_of(act.session, found.participant).code
    custody.record(act, kits.material(act.session, kit), Step.VOID, place, scope=Scope.FACILITY)
