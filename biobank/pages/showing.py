"""Values of the interface as a person reads them, and answers as tables and facts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

from biobank.pages.words import empty_of, name_of, time_of, word

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_MATERIALS = ("donation", "batch", "culture", "unit", "kit", "lot", "material", "from_culture")
LONG_WORDS = 40
"""Letters that stand beside another value even in a hand."""
LONG_S = 600
"""From here on seconds are hard to grasp."""
_PRINTED = re.compile(r"[A-Z0-9][A-Z0-9*-]{7,31}")
_CODED = frozenset({"code", "study", "participant", "position", "freezer", "deviation", *_MATERIALS})
"""Fields whose value is the printed code of a thing, or the name of a study, which has a page."""

_PLAIN = frozenset({"place", "to_place", "username", "name", "title", "supplier_lot", "label", "version", "site", "payload"})
"""Fields whose value is shown letter by letter, also where it looks like a coded word."""

NOTHING = Markup('<span class="nothing">{}</span>')


@dataclass(frozen=True)
class Table:
    """Things of one kind, one per line."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Section:
    """A part of a thing's page: facts, then tables."""

    title: str
    facts: dict[str, Any] = field(default_factory=dict)
    tables: tuple[Table, ...] = ()


def section(title: str, answer: Any) -> Section:
    """Any answer of the interface as facts and tables."""
    if isinstance(answer, list):
        return Section(title, tables=(_table("", answer),) if _are_things(answer) else (), facts=_plain_list(answer))
    facts = {key: value for key, value in answer.items() if not _are_things(value) and not isinstance(value, Mapping)}
    things = {key: [value] if isinstance(value, Mapping) else value for key, value in answer.items() if key not in facts}
    return Section(title, facts, tuple(_table(name_of(key).label, value) for key, value in things.items()))


def without(found: Section, known: frozenset[str], code: str) -> Section:
    """The same part without facts that stand on the page already, such as the code of the thing itself."""
    facts = {key: value for key, value in found.facts.items() if key not in known and value != code}
    return Section(found.title, facts, tuple(_narrowed(table, code) for table in found.tables))


def _narrowed(table: Table, code: str) -> Table:
    """Without columns that say nothing: empty ones, numbers of labels, and those that name the thing of the page each time."""
    saying = [name for name in table.columns if any(_says(name, row.get(name), code) for row in table.rows)]
    return Table(table.title, tuple(saying), table.rows)


def _says(name: str, value: Any, code: str) -> bool:
    return value not in (None, "", [], code) and not (name == "label" and isinstance(value, int))


def shown(value: Any, key: str = "", *, link: bool = True) -> Markup:
    """A value in words: with its unit, as a link where it is the code of a thing, as local time where it is a time."""
    if value is None or value in ("", []):
        return NOTHING.format(empty_of(key))
    if isinstance(value, bool):
        return escape("yes" if value else "no")
    if isinstance(value, Mapping):
        parts = (Markup("{} {}").format(name_of(inner).label, shown(one, inner)) for inner, one in value.items())
        return Markup("; ").join(parts)
    if isinstance(value, Sequence) and not isinstance(value, str):
        comma = Markup("; ") if any("," in str(one) for one in value) else Markup(", ")
        return comma.join(shown(one, key.removesuffix("s"), link=link) for one in value)
    if link and key == "photo":
        return Markup('<a href="{0}"><img class="preview" src="{0}" alt="Photo" loading="lazy"></a>').format(value)
    if link and key in _CODED and (key == "study" or _PRINTED.fullmatch(str(value))):
        return Markup('<a class="code" href="/scan?code={}">{}</a>').format(quote(str(value)), value)
    return _scalar(value, key)


def _scalar(value: Any, key: str) -> Markup:
    text = str(value)
    if key.endswith(("sha256", "digest")):
        return Markup('<span class="code" title="{}">{}…</span>').format(text, text[:12])
    at = time_of(text) if _MOMENT.match(text) else None
    if at is not None:
        return moment(at)
    unit = name_of(key).unit if key else ""
    if isinstance(value, int | float) or ((unit or "." in text) and _NUMBER.fullmatch(text)):
        return Markup("{}&nbsp;{}{}").format(number(text), unit, _longer(text, unit)) if unit else escape(number(text))
    if key in _PLAIN or not re.fullmatch(r"[a-z][a-z0-9_]*", text):
        return escape(text)
    return escape(word(text))


def _longer(text: str, unit: str) -> str:
    """Many seconds in minutes or hours too, where that is a whole number of them."""
    seconds = int(text) if unit == "s" and text.isdigit() else 0
    if seconds < LONG_S or seconds % 60:
        return ""
    return f" ({seconds // 3600} h)" if seconds % 3600 == 0 else f" ({seconds // 60} min)"


def moment(utc: datetime) -> Markup:
    """A time; the browser shows it in its own zone, and without scripts it reads as UTC."""
    return Markup('<time datetime="{}"><span>{:%Y-%m-%d}</span> <span>{:%H:%M} UTC</span></time>').format(
        utc.isoformat(), utc, utc
    )


def is_long(value: Any) -> bool:
    """Whether a value needs the whole width where facts and values stand side by side."""
    if isinstance(value, str):
        return len(value) > LONG_WORDS
    return isinstance(value, Mapping) or (isinstance(value, Sequence) and len(value) > 2)


def days_before(now: str, days: int) -> str:
    """So many days before ``now``, a time of the interface, as the interface takes it."""
    return f"{datetime.fromisoformat(now).astimezone(UTC) - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"


def number(text: str) -> str:
    """A number with a true minus sign and thin spaces between thousands, without the zeros that a record fills up with."""
    whole, _, part = text.partition(".")
    part = part.rstrip("0")
    sign, digits = ("−", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{int(digits):,}".replace(",", "\u202f") if digits.isdigit() and len(digits) > 4 else digits
    return f"{sign}{grouped}.{part}" if part else f"{sign}{grouped}"


def _are_things(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _plain_list(answer: list[Any]) -> dict[str, Any]:
    return {"all": answer} if answer and not _are_things(answer) else {}


def _table(title: str, things: Sequence[Mapping[str, Any]]) -> Table:
    columns: dict[str, None] = {}
    for one in things:
        columns.update(dict.fromkeys(one))
    return Table(title or "", tuple(columns), tuple(things))
