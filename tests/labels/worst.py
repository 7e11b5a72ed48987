"""The labels that are proven: every layout in every language for every print head, as full as it can be."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from labels import gs1, words
from labels.documents import DoesNotFit, Label
from labels.geometry import place
from labels.isbt128 import compound
from labels.isbt128.moments import END_OF_DAY, Means, Moment
from labels.isbt128.numbers import Din
from labels.isbt128.products import ProductCode
from labels.layouts import LAYOUTS, TRADE_ITEMS
from tests.labels.examples import EXAMPLES

WORD = "Ågj"
ISBT128 = compound.message(
    Din("A9999", "26", "123456"), ProductCode("S1384", "1Ac"), Moment(Means.EXPIRES, date(2028, 2, 29), END_OF_DAY)
)
COLLECTED = compound.message(Din("W0199", "26", "888888"), Moment(Means.COLLECTED, date(2028, 12, 31)))
"""Of a facility whose number is as wide as they are."""
CARRIES_ISBT128 = {"aspirate": COLLECTED, "donation": COLLECTED, "sample": COLLECTED, "transport": COLLECTED}
CARRIES_ISBT128 |= dict.fromkeys(("unit", "cap", "bag"), ISBT128)
TRADE_ITEM = "09521234543213"
"""A number of GS1's own examples."""


def full(label: Label, dpi: int) -> Label:
    """The same label with every warning, and every field as long as it may be."""
    warned = dict.fromkeys(LAYOUTS[label.layout].conditions(), "yes")
    label = replace(label, fields=label.fields | warned)
    for field in LAYOUTS[label.layout].fields():
        words_of_field = WORD
        while True:
            longer = replace(label, fields={**label.fields, field.name: words_of_field})
            try:
                place(longer, dpi)
            except DoesNotFit:
                break
            label, words_of_field = longer, f"{words_of_field} {WORD}"
    return label


def worst(dpi: int, languages: Sequence[str] = words.LANGUAGES) -> Iterator[Label]:
    """Every layout in every language, those of material with an ISBT 128 message too, and those of the medicine with GS1."""
    for label in EXAMPLES:
        for language in languages:
            yield full(replace(label, language=language), dpi)
        if label.layout in CARRIES_ISBT128:
            yield replace(label, payload=CARRIES_ISBT128[label.layout])
        if label.layout in TRADE_ITEMS:
            yield replace(label, payload=of_gs1(label.payload))


def of_gs1(serial: str) -> str:
    """A trade item and its serial number."""
    return gs1.serialised(TRADE_ITEM, serial).shown
