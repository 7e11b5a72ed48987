"""What may be redacted: free text about a record, never a value and never what is said at the bedside."""

from enum import StrEnum

from biobank.errors import Conflict


class Written(StrEnum):
    """Where free text stands that may name what it must not, such as a patient: table and field."""

    DEVIATION_TITLE = "deviation.title"
    DEVIATION_DESCRIPTION = "deviation.description"
    DEVIATION_CONCLUSION = "deviation.conclusion"
    RECEIPT_REMARK = "receipt.remark"


class NothingToRedact(Conflict):
    """Nothing was written there."""

    code = "nothing_to_redact"


class RedactedAlready(Conflict):
    """It is redacted already."""

    code = "redacted_already"


def check_may_redact(record: str, text: str | None, redacted: bool) -> str:
    """The text that is there to be redacted. Raises NothingToRedact, RedactedAlready."""
    if text is None:
        raise NothingToRedact(record=record)
    if redacted:
        raise RedactedAlready(record=record)
    return text
