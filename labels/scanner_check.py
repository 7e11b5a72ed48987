"""A symbol of every character that keyboards confuse: scanned, it tells how a scanner and a computer understand each other."""

from dataclasses import dataclass

from labels import scanning, wedges
from labels.wedges import Caps, Wedge

SYMBOL = wedges.confused()


@dataclass(frozen=True)
class Heard:
    """Which keyboard the computer took the scanner for, what Caps Lock did, and whether the scanner tells the kind of symbol."""

    keyboard: Wedge
    caps: Caps
    identified: bool

    @property
    def is_plain(self) -> bool:
        """Whether every character arrives as it is printed."""
        return self.keyboard is Wedge.AMERICAN and self.caps is Caps.OFF


def heard(arrived: str) -> Heard | None:
    """What became of the symbol on its way; None where no keyboard known here makes that of it."""
    for keyboard, caps, sent in wedges.intended(arrived.strip()):
        mark = scanning.IDENTIFIED.match(sent)
        if sent[mark.end() if mark else 0 :] == SYMBOL:
            return Heard(keyboard, caps, identified=mark is not None)
    return None
