"""A label as content: which layout, what stands in its fields, what its symbol says."""

import hashlib
import json
from dataclasses import dataclass

CANONICAL_FORM = 2  # raised when the meaning of a label's content changes, so that old hashes stay distinguishable


@dataclass(frozen=True)
class Label:
    """One label. `fields` are texts as they shall be printed; `payload` is what a scanner reads, and is printed too.

    The language is that of the layout's own words and captions.
    """

    layout: str
    fields: dict[str, str]
    payload: str
    language: str = "en"


class RefusedLabel(ValueError):
    """The label cannot be printed as it was asked for; `field` names the part at fault."""

    def __init__(self, layout: str, field: str, message: str) -> None:
        super().__init__(f"Label {layout!r}, {field}: {message}")
        self.layout = layout
        self.field = field


class DoesNotFit(RefusedLabel):
    """The text or the symbol needs more room than the layout has; it is never shrunk."""

    def __init__(self, layout: str, field: str) -> None:
        super().__init__(layout, field, "does not fit")


class MissingField(RefusedLabel):
    """A field that the layout must show was not given, or is blank."""

    def __init__(self, layout: str, field: str) -> None:
        super().__init__(layout, field, "is missing")


class UnknownField(RefusedLabel):
    """A field was given that the layout does not show: it would be lost without notice."""

    def __init__(self, layout: str, field: str) -> None:
        super().__init__(layout, field, "is no field of this layout")


class NoGlyph(RefusedLabel):
    """The font has no sign for a character, which would print as an empty box."""

    def __init__(self, layout: str, field: str, character: str) -> None:
        super().__init__(layout, field, f"the font has no sign for {character!r}")
        self.character = character


def content_hash(label: Label) -> str:
    """SHA-256 (hex) of the label's content; the order in which fields were given does not matter."""
    content = {
        "form": CANONICAL_FORM,
        "layout": label.layout,
        "fields": label.fields,
        "payload": label.payload,
        "language": label.language,
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
