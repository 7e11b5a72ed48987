"""New codes. Each scope counts by itself, so that no act of the facility moves a number that the bedside sees.

They are of the profile LOCAL, but for those of donations and units where the site issues ISBT 128 under a recorded licence.
"""

from datetime import datetime

from sqlalchemy import text

from biobank.act.acts import Act
from biobank.custody.rules import DonationNumbersUsedUp, LicenceOver
from biobank.custody.tables import Scope
from labels import local, scanning
from labels.isbt128.numbers import DIVISIONS, Din, Part
from labels.local import CodeKind

_NEXT = text(
    "INSERT INTO code_counter (scope, prefix, last) VALUES (:scope, :prefix, :first - 1 + :count)"
    " ON CONFLICT (scope, prefix) DO UPDATE SET last = GREATEST(code_counter.last, :first - 1) + :count RETURNING last"
)


def next_number(act: Act, scope: Scope, prefix: str, first: int = 1) -> int:
    """The next number of a counter, from ``first``; undone with the act, so that none is lost, and never one that was given."""
    return next_numbers(act, scope, prefix, 1, first)[0]


def next_numbers(act: Act, scope: Scope, prefix: str, count: int, first: int = 1) -> range:
    """The same for as many as are needed at once."""
    told = {"scope": scope.value, "prefix": prefix, "count": count, "first": first}
    last = int(act.session.connection().execute(_NEXT, told).scalar_one())
    return range(last - count + 1, last + 1)


def next_code(act: Act, scope: Scope, kind: CodeKind, at: datetime | None = None) -> str:
    """A new LOCAL code of ``kind`` with its check character (ISO 7064 mod 37-2)."""
    year = (at or act.recorded_at).year
    return local.build(act.code_prefix, kind, year, next_number(act, scope, f"{kind.value}{year}"))


def next_donation(act: Act) -> str:
    """A new code of a donation: from the day on which the site issues ISBT 128, a donation number under its facility number.

    Raises LicenceOver, DonationNumbersUsedUp.
    """
    facility, today = act.isbt128, act.recorded_at.date()
    if facility is None or today < facility.since:
        return next_code(act, Scope.BEDSIDE, CodeKind.DONATION)
    if not facility.is_licensed(today):
        raise LicenceOver(facility=facility.number, licence=facility.licence, valid_until=facility.valid_until)
    sequence = next_number(act, Scope.BEDSIDE, f"{facility.number}{today.year}", facility.first)
    if sequence > facility.last:
        raise DonationNumbersUsedUp(facility=facility.number, year=today.year, last=facility.last)
    return Din.issue(facility, today, sequence).code


def next_unit(act: Act, donation: str) -> str:
    """A new code of a unit: a part of its donation, where that has a number of ISBT 128 and the site has a code for units.

    No cells stay out of the cold because a licence is over or all divisions are given: then the code is one of LOCAL.
    """
    facility, root = act.isbt128, scanning.entered(donation).content
    if isinstance(root, Din) and facility is not None and facility.unit and facility.is_licensed(act.recorded_at.date()):
        number = next_number(act, Scope.FACILITY, f"{root.number} parts")
        if number <= len(DIVISIONS):
            return Part.numbered(root, number).code
    return next_code(act, Scope.FACILITY, CodeKind.UNIT)
