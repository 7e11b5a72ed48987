"""What a label warns of, decided from what is recorded about the donor by the time it is printed."""

from collections.abc import Mapping

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


def with_warnings(act: Act, carrier: Carrier, layout: str, fields: Mapping[str, str]) -> dict[str, str]:
    """``fields`` and, where the layout has room, what stands by now: on everything made of a donation that a donor test of it was
    ever reactive (Dir. 2006/86/EC Annex II.E), and as long as one is missing that the donor was not evaluated
    (21 CFR 1271.90(c)(2)).

    Nothing that the bedside may read tells of results: what it prints was not evaluated yet, in either arm.
    """
    asked = LAYOUTS[layout].conditions() & {BIOHAZARD, NOT_EVALUATED}
    said = {name: value for name, value in fields.items() if name not in asked}
    return said | {warning: YES for warning in sorted(asked) if _stands(act, carrier, warning)}


def _stands(act: Act, carrier: Carrier, warning: str) -> bool:
    if isinstance(carrier, Participant):
        return False
    if carrier.scope == Scope.BEDSIDE:
        return warning == NOT_EVALUATED
    if warning == NOT_EVALUATED:
        return queries.donor_tests_missing(act.session, carrier.root_id)
    return was_ever_held(act.session, carrier.root_id, HoldKind.DONOR_TEST)
