"""What the symbol of a label says: the code of the thing, by the rules of the profile that the site set for it."""

from datetime import date

from biobank.act.acts import Act
from biobank.labelling.rules import NotPrintable
from labels import gs1, scanning
from labels.isbt128 import compound
from labels.isbt128.moments import Means, Moment
from labels.isbt128.numbers import Din, Part
from labels.profiles import Profile


def payload(act: Act, layout: str, code: str, collected_on: date | None) -> tuple[Profile, str]:
    """The profile and all that the symbol says. The layout decides of GS1, the code itself of ISBT 128, else it is LOCAL.

    A donation that was ``collected_on`` a known day says so. Raises NotPrintable.
    """
    item = act.gs1_items.get(layout)
    if item is not None:
        return Profile.GS1, gs1.serialised(item, code).shown
    thing = scanning.entered(code).content
    if isinstance(thing, Din):
        collected = [Moment(Means.COLLECTED, collected_on)] if collected_on else []
        return Profile.ISBT128, compound.message(thing, *collected)
    if isinstance(thing, Part):
        return Profile.ISBT128, compound.message(thing.donation, thing.product(_code_of_units(act, layout)))
    return Profile.LOCAL, code


def _code_of_units(act: Act, layout: str) -> str:
    if act.isbt128 is None or act.isbt128.unit is None:
        raise NotPrintable(field="payload", layout=layout, why="needs the ISBT 128 product code, which the settings do not name")
    return act.isbt128.unit
