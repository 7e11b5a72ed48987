"""The check character K of ISBT 128: ISO 7064 MOD 37-2, over digits and capital letters."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CHECK_ALPHABET = ALPHABET + "*"
MODULUS = 37


def check_value(text: str) -> int:
    """Value 0-36 of the check character of `text` (ISBT 128 ST-001, appendix A).

    ISBT 128 also prints it as Type 3 flags, 60 + value. Raises ValueError for anything but 0-9 and A-Z.
    """
    if not text:
        raise ValueError("nothing to compute a check character of")
    remainder = 0
    for character in text:
        value = ALPHABET.find(character)
        if value < 0:
            raise ValueError(f"{character!r} has no value in a check character")
        remainder = (remainder + value) * 2 % MODULUS
    return (MODULUS + 1 - remainder) % MODULUS


def check_character(text: str) -> str:
    """The check character of `text`, one of 0-9, A-Z and '*'. Raises ValueError for anything but 0-9 and A-Z."""
    return CHECK_ALPHABET[check_value(text)]


def is_checked(text: str) -> bool:
    """Whether the last character of `text` is the check character of what stands before it."""
    body, check = text[:-1], text[-1:]
    if not body or any(character not in ALPHABET for character in body):
        return False
    return check == check_character(body)
