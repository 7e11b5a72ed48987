"""Structures 004 to 009: when something expires, was collected or was made, by the day or to the minute (ST-001 §2.4.4).

The times are those of the place that prints them: the structure has no room for a time zone.
"""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import Enum
from typing import ClassVar, Self

from labels.isbt128.structures import Structure
from labels.wrong import UnknownCode

END_OF_DAY = time(23, 59)
"""What stands in an expiry to the minute where no time is known."""


class Means(Enum):
    """What happens then, with the identifiers of the day alone and of day and time."""

    EXPIRES = ("=>", "&>")
    COLLECTED = ("=*", "&*")
    PRODUCED = ("=}", "&}")


@dataclass(frozen=True)
class Moment(Structure):
    """A day, or a day and a time."""

    means: Means
    day: date
    at: time | None = None

    NUMBER, LENGTH = "004-009", 8
    LENGTH_WITH_TIME: ClassVar[int] = 12
    FORM = re.compile(r"(?P<identifier>[=&][>*}])(?P<year>[0-9]{3})(?P<day>[0-9]{3})(?P<time>([01][0-9]|2[0-3])[0-5][0-9])?")
    WRITTEN = "=>, =* or =}, and three digits each for year and day; or &>, &* or &}, and four more for the time"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read it exactly as a symbol holds it. Raises UnknownCode."""
        parts = cls._parts(text)
        identifier, hhmm = parts["identifier"], parts["time"]
        if (identifier[0] == "&") is (hhmm is None):
            raise UnknownCode(text, f"ISBT 128 structure {cls.NUMBER} is {cls.WRITTEN}")
        means = next(one for one in Means if identifier in one.value)
        year, number = _year(parts["year"]), int(parts["day"])
        day = date(year, 1, 1) + timedelta(days=number - 1)
        if day.year != year:
            raise UnknownCode(text, f"the year {year} has no day {number}")
        return cls(means, day, time(int(hhmm[:2]), int(hhmm[2:])) if hhmm else None)

    @property
    def data(self) -> str:
        """An identifier, the day as cyyjjj and, where it is known, the time as hhmm."""
        day = f"{self.day.year // 100 % 10}{self.day.year % 100:02}{self.day.timetuple().tm_yday:03}"
        if self.at is None:
            return f"{self.means.value[0]}{day}"
        return f"{self.means.value[1]}{day}{self.at:%H%M}"


def _year(digits: str) -> int:
    """Three digits of a year from 1900 to 2899, which the century's last digit tells apart."""
    century = int(digits[0])
    return (19 if century == 9 else 20 + century) * 100 + int(digits[1:])
