"""What a label warns of, decided from what is recorded about the donor by the time it is printed."""

from biobank.act.acts import Act
from biobank.custody.queries import was_ever_held
from biobank.custody.rules import HoldKind
from biobank.custody.tables import Scope
from biobank.labelling import queries
from biobank.labelling.queries import Carrier
from biobank.studies.tables import Participant
from labels.geometry import YES
from labels.layouts import LAYOUTS
from labels.parts import BIOHAZARD, NOT_EVALUATED


def warnings_of(act: Act, carrier: Carrier, layout: str) -> dict[str, str]:
    """What stands on everything made of a donation of which a donor test was ever reactive (Dir. 2006/86/EC Annex II.E), and,
    where the layout has room, as long as a test of the donor is missing (21 CFR 1271.90(c)(2)).

    Nothing that the bedside may read tells of results: what it prints was not evaluated yet, in either arm.
    """
    if isinstance(carrier, Participant):
        return {}
    asks, at_bedside = NOT_EVALUATED in LAYOUTS[layout].conditions(), carrier.scope == Scope.BEDSIDE
    warnings = {
        NOT_EVALUATED: asks and (at_bedside or queries.donor_tests_missing(act.session, carrier.root_id)),
        BIOHAZARD: not at_bedside and was_ever_held(act.session, carrier.root_id, HoldKind.DONOR_TEST),
    }
    return {warning: YES for warning, stands in warnings.items() if stands}
