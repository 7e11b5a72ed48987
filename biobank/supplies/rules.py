"""What may be received."""

from datetime import datetime

from biobank.errors import BadInput, Conflict


class AlreadyExpired(BadInput):
    """The lot has expired on arrival."""

    code = "already_expired"


class LotKnown(Conflict):
    """This supplier's lot was received before."""

    code = "lot_known"


def check_not_expired(expires_at: datetime, now: datetime) -> None:
    """Raises AlreadyExpired."""
    if expires_at <= now:
        raise AlreadyExpired(field="expires_at", expires_at=expires_at)
