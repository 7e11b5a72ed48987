"""What a form asks beyond its schema: what a study defines to be asked, tested and answered."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from biobank.pages import alarms
from biobank.pages.acts import ActForm
from biobank.pages.asking import Interface
from biobank.pages.forms import Field, Option, filled, replaced
from biobank.pages.showing import number
from biobank.pages.words import catalogue, word

_CHOSEN = frozenset({"test", "marker"})
"""Words of the study's own, of which one is chosen; anything else would be refused."""

_YES_NO = (Option("yes", "yes"), Option("no", "no"))


async def completed(interface: Interface, form: ActForm, proposals: Mapping[str, tuple[Option, ...]]) -> ActForm:
    """The form with everything it asks. Raises NoVisitor, Refused."""
    fields = tuple(_proposed(one, proposals) if _is_open(one, proposals) else one for one in form.fields)
    match form.route:
        case "POST /api/participants/{code}/screening":
            fields = replaced(fields, _asked(await interface.read(form.path)))
        case "POST /api/batches/{code}/results" | "POST /api/batches/{code}/results/correction":
            specification = await interface.read(form.path.partition("/results")[0] + "/specification")
            fields = _with_options(fields, _tested(specification["tests"]))
        case "POST /api/batches/{code}/trail-review":
            fields = filled(fields, {"up_to": str((await interface.read(form.path))["up_to"])})
        case "POST /api/warming-rule":
            told = await interface.read(form.path)
            lines = {key: value if isinstance(value, list) else [value] for key, value in told.items()}
            fields = filled(fields, {key: "\n".join(map(str, value)) for key, value in lines.items()})
        case "POST /api/freezers/{code}/logger-files":
            described = {one["logger"]: Option(one["logger"], "") for one in await interface.read("/api/logger-formats")}
            fields = _with_options(fields, {"logger": list(described.values())})
        case alarms.ACKNOWLEDGE:
            fields = replaced(fields, {"numbers": alarms.numbers()})
        case "POST /api/freezers/{code}/sensors/approval":
            arrived = await interface.read("/api/waiting-sensors")
            names = {key: list(dict.fromkeys(one[key] for one in arrived)) for key in ("site", "device", "sensor")}
            fields = _with_options(fields, {key: [Option(one, "") for one in found] for key, found in names.items()})
        case "POST /api/contacts/duty" | "POST /api/contacts/ending":
            told = await interface.read("/api/contacts")
            fields = _with_options(fields, {"name": [Option(one["name"], "") for one in told]})
        case "POST /api/kits/{code}/fill":
            fields = tuple(replace(one, hint=catalogue()["hints"]["saline"]) if one.key == "lot" else one for one in fields)
        case "POST /api/donations/{code}/donor-tests":
            asked = await interface.read(form.path.replace("/donor-tests", "/donor-testing"))
            fields = _with_options(fields, {"marker": [Option(one["marker"], one["name"]) for one in asked["tests"]]})
    return replace(form, fields=fields)


def with_choices(tried: ActForm, forms: Iterable[ActForm]) -> ActForm:
    """A form that comes back, with the choices that it has on the page to which it comes back."""
    offered = {field.key: field.options for form in forms if form.path == tried.path for field in form.fields}
    fields = tuple(replace(one, options=one.options or offered.get(one.key, ())) for one in tried.fields)
    return replace(tried, fields=fields)


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
    if "sensors" in answer:
        measuring = (one for one in answer["sensors"] if not one["retired_at"])
        return {"sensor": tuple(Option(one["sensor"], one["probe_position"]) for one in measuring)}
    visits = answer.get("visits") or ()
    if not visits:
        return {}
    doses = tuple(Option(str(one["period"]), f"{one['period']}: {one['title']}") for one in visits if one["purpose"] == "dose")
    return {"visit": tuple(Option(one["code"], one["title"]) for one in visits), "period": doses}


def _proposed(field: Field, proposals: Mapping[str, tuple[Option, ...]]) -> Field:
    """With proposals, of which one must be chosen where the field is a number: then its bounds say nothing more."""
    return replace(field, options=proposals[field.key], hint=field.hint if field.kind == "text" else "")


def _is_open(field: Field, proposals: Mapping[str, tuple[Option, ...]]) -> bool:
    return field.kind in ("text", "integer") and field.key in proposals and not field.options


def _tested(tests: list[dict[str, Any]]) -> dict[str, list[Option]]:
    """The tests of a specification; methods and findings are proposed, so that another word can be refused by the rule."""
    words = {
        one["test"]: " ".join(part for part in (one["name"], _limits(one), f"({one['stage'].replace('_', ' ')})") if part)
        for one in tests
    }
    return {
        "test": [Option(test, said) for test, said in words.items()],
        "method": [Option(one, "") for one in dict.fromkeys(method for test in tests for method in test["methods"])],
        "finding": [Option(one, "") for one in dict.fromkeys(option for test in tests for option in test["options"])],
    }


def _limits(test: Mapping[str, Any]) -> str:
    least, most = (
        f"{sign} {number(test[key])}" if test[key] is not None else "" for sign, key in (("≥", "at_least"), ("≤", "at_most"))
    )
    return " ".join(part for part in (least, most, test["unit"] or "") if part)


def _with_options(fields: tuple[Field, ...], options: Mapping[str, list[Option]]) -> tuple[Field, ...]:
    return tuple(
        replace(one, options=tuple(options[one.key]), kind="choice" if one.key in _CHOSEN else one.kind)
        if one.key in options
        else one
        for one in fields
    )


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
    unit = asked["unit"] or ""
    unit = "" if unit in asked["title"].lower() else unit  # a title such as "Months since …" says it
    return Field(key=asked["key"], kind=kind, label=asked["title"], unit=unit, hint=hint, options=options)
