"""Every kind of label by its name.

Statements that the law asks for are part of the layout, so that nobody can forget them.
"""

from labels.material_layouts import ASPIRATE, BAG, BATCH, CAP, CULTURE, DONATION, SAMPLE, UNIT
from labels.place_layouts import BOX, POSITION, RACK, SCANNER, TRANSPORT, WRISTBAND
from labels.product_layouts import CARTON, KIT, RELEASE

TRADE_ITEMS = frozenset({"unit", "cap", "bag", "kit", "carton", "release"})
"""Labels of what is made, which a site may number by GS1; what is taken from a patient is no trade item."""

UNITS = frozenset({"unit", "cap", "bag"})
"""Labels of what is frozen, which are never replaced once they sit where they belong: a frozen vial is never relabelled."""

OPTIONAL = frozenset({"cap", "release", "rack", "box"})
"""Labels that a site may do without; everything else on the path is labelled."""

OF_THE_STUDY = frozenset({"investigator", "substance", "form", "directions", "storage"})
"""Fields of an outer carton that the sponsor writes for the whole study, or for one of its sites: alike whatever is inside."""

LAYOUTS = {
    "aspirate": ASPIRATE,
    "donation": DONATION,
    "transport": TRANSPORT,
    "batch": BATCH,
    "culture": CULTURE,
    "unit": UNIT,
    "cap": CAP,
    "bag": BAG,
    "sample": SAMPLE,
    "rack": RACK,
    "box": BOX,
    "position": POSITION,
    "wristband": WRISTBAND,
    "scanner": SCANNER,
    "kit": KIT,
    "carton": CARTON,
    "release": RELEASE,
}
