"""Why something that was read or typed is not trusted: what was read, and what is wrong with it, in the lab's words."""

LONGEST_SHOWN = 40


class WrongCode(ValueError):
    """What was read or typed is not a code that can be trusted."""

    def __init__(self, read: str, message: str) -> None:
        super().__init__(f"Read {_shown(read)}: {message}")
        self.read = read


class UnknownCode(WrongCode):
    """What was read has the structure of no code here."""


class WrongCheckCharacter(WrongCode):
    """The structure is right, the check character is not: something was misread or mistyped."""

    def __init__(self, read: str, expected: str) -> None:
        super().__init__(read, f"the check character should be {expected}")
        self.expected = expected


def _shown(read: str) -> str:
    """What was read, quoted, control characters visible, and cut: a scanner can send a whole document."""
    return repr(read if len(read) <= LONGEST_SHOWN else read[:LONGEST_SHOWN] + "…")
