"""What a form asks beyond its schema: the questions of a screening, and proposals for words that a study defines."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from biobank.pages.acts import ActForm
from biobank.pages.asking import Interface
from biobank.pages.forms import Field, Option, replaced
from biobank.pages.words import word

_SCREENING = "POST /api/participants/{code}/screening"
_YES_NO = (Option("yes", "yes"), Option("no", "no"))


async def completed(interface: Interface, form: ActForm, proposals: Mapping[str, tuple[Option, ...]]) -> ActForm:
    """The form with everything it asks. Raises NoVisitor, Refused."""
    fields = tuple(replace(one, options=proposals[one.key]) if _is_open(one, proposals) else one for one in form.fields)
    if form.route == _SCREENING:
        fields = replaced(fields, _asked(await interface.read(form.path)))
    return replace(form, fields=fields)


async def proposals(interface: Interface, answers: Iterable[Any]) -> dict[str, tuple[Option, ...]]:
    """Words that may stand in a field, from what stands on the page and from the studies. Raises NoVisitor, Refused.

    Never for what is scanned to prove an identity: that is read from the thing itself.
    """
    studies = await interface.read("/api/studies")
    sites = {f"{one['code']}/{site['code']}": site for one in studies for site in one["sites"]}
    places = [Option(place, site["name"]) for place, site in sites.items()]
    facilities = [Option(code, "") for code in sorted({site["facility"] for site in sites.values()})]
    found = {
        "study": tuple(Option(one["code"], one["title"]) for one in studies),
        "site": tuple({site["code"]: Option(site["code"], site["name"]) for site in sites.values()}.values()),
        "facility": tuple(facilities),
        "to_place": (*facilities, *places),
        "place": (*facilities, *places),
        "stratum": (Option("all", ""),),
    }
    for answer in answers:
        found |= _from(answer)
    return found


def _from(answer: Any) -> dict[str, tuple[Option, ...]]:
    if not isinstance(answer, Mapping):
        return {}
    visits = answer.get("visits") or ()
    return {"visit": tuple(Option(one["code"], one["title"]) for one in visits)} if visits else {}


def _is_open(field: Field, proposals: Mapping[str, tuple[Option, ...]]) -> bool:
    return field.kind == "text" and field.key in proposals and not field.options


def _asked(questions: Mapping[str, Any]) -> dict[str, Field]:
    values = tuple(_value(one) for one in questions["values"])
    answers = tuple(
        Field(key=one["key"], kind="choice", label=one["question"], options=_YES_NO) for one in questions["attestations"]
    )
    return {
        "values": Field(key="values", kind="group", label="Recorded values", fields=values),
        "attestations": Field(key="attestations", kind="group", label="Answered by you", fields=answers),
    }


def _value(asked: Mapping[str, Any]) -> Field:
    options = tuple(Option(one, word(one)) for one in asked["options"])
    kind = "choice" if asked["kind"] == "choice" else "number"
    bounds = f"{asked['smallest']} to {asked['largest']}" if asked["smallest"] is not None else ""
    hint = f"{bounds}, or never" if asked["may_be_never"] else bounds
    return Field(key=asked["key"], kind=kind, label=asked["title"], unit=asked["unit"] or "", hint=hint, options=options)
