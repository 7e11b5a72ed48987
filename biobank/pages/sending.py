"""A form that a browser sent: which act it asks for, what was typed, and sending it on to the interface."""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile

from biobank.pages import acts, paper, questions
from biobank.pages.acts import ActForm
from biobank.pages.asking import Interface, Refused
from biobank.pages.typed import Typed, body_of, kept, same_minute, typed_codes, wanted_rows
from biobank.pages.words import catalogue

_FIELD = "f."
_BESIDE_FIELD = frozenset({"bad_input", "wrong_value", "wrong_time", "wrong_calibration"})
"""Refusals whose sentence names a field as the interface does."""
_STEP_BEFORE = {"out_of_order": "after", "before_collection": "collected_at"}
"""Refusals of a time that lies before another one, and the fact that names this one."""
_KEY = re.compile(r"[\w-]{16,64}", re.ASCII)


class NoSuchForm(Exception):
    """What was sent is no form of these pages."""


@dataclass(frozen=True)
class Sent:
    """An act as it was asked for."""

    form: ActForm
    typed: Typed
    origin: str
    once: str

    def carried_over(self) -> ActForm:
        """The form with what was typed, after its session ended and another one began."""
        return replace(self.again(), problem=catalogue()["pages"]["session_ended_meanwhile"])

    @property
    def more(self) -> bool:
        """Whether only more lines are wanted."""
        return any(field.kind == "rows" and wanted_rows(self.typed, field.key) for field in self.form.fields)

    def again(self, refused: Refused | None = None) -> ActForm:
        """The form with what was typed, and why it was refused."""
        fields = kept(self.form.fields, self.typed, self._placed(refused.problems) if refused else {})
        again = replace(self.form, fields=fields, opened=True)
        return replace(again, problem=_said(refused, again.marked) if refused else "")

    def _placed(self, problems: Mapping[str, str]) -> dict[str, str]:
        """A rule names a field, not the group in which it was typed."""
        return {self._place_of(name): words for name, words in problems.items()}

    def _place_of(self, name: str) -> str:
        deeper = [path for path in self.typed if path.endswith(f".{name}")]
        return deeper[0] if name not in self.typed and len(deeper) == 1 else name


async def sent(everything: dict[str, list[str]], interface: Interface) -> Sent:
    """A form from all that a browser sent. Raises NoSuchForm, NoVisitor, Refused."""
    app = interface.app
    route, origin = one(everything, "route"), one(everything, "origin")
    place = {name.removeprefix("at."): one(everything, name) for name in everything if name.startswith("at.")}
    once = one(everything, "once")
    fits = set(re.findall(r"{(\w+)}", route)) == place.keys() - acts.BESIDE_PATH
    if not fits or not acts.is_act(app, route) or not _KEY.fullmatch(once):
        raise NoSuchForm
    form = await questions.completed(interface, acts.act_on(app, route, **place), {})
    typed = {name.removeprefix(_FIELD): values for name, values in everything.items() if name.startswith(_FIELD)}
    return Sent(form, typed, origin, once)


async def send(interface: Interface, order: Sent) -> Any:
    """Do the act and return its answer. Raises NoVisitor, Refused.

    A time is typed to the minute, and the step before may have been done within that minute: then it was not earlier than
    that step, and is sent as its moment.
    """
    body = body_of(order.form.fields, order.typed)
    beside = paper.headers(body.pop("paper", {})) | _typed(order)
    try:
        answer = await interface.send(order.form.path, body, order.once, beside)
    except Refused as refused:
        before = str(refused.facts.get(_STEP_BEFORE.get(refused.code, ""), ""))
        if not same_minute(str(body.get("occurred_at", "")), before):
            raise
        answer = await interface.send(order.form.path, body | {"occurred_at": before}, order.once, beside)
    return answer.json() if answer.content else None


def _typed(order: Sent) -> dict[str, str]:
    found = typed_codes(order.form.fields, order.typed)
    return {"Typed-Codes": " ".join(found)} if found else {}


async def everything_of(request: Request) -> dict[str, list[str]]:
    """All that a browser sent, by the names of its inputs; of a file its text, of a picture its bytes in base64."""
    found: dict[str, list[str]] = {}
    async with request.form() as form:
        for name, value in form.multi_items():
            if not isinstance(value, UploadFile):
                found.setdefault(name, []).append(value)
            elif content := await value.read():
                picture = (value.content_type or "").startswith("image/")
                found[name] = [b64encode(content).decode() if picture else content.decode("utf-8", errors="replace")]
    return found


def one(everything: Mapping[str, list[str]], name: str) -> str:
    """What stood in one input; "" where there was none."""
    values = everything.get(name, [])
    return values[-1] if values else ""


def _said(refused: Refused, marked: bool) -> str:
    """Why it was refused; bad input is said beside each field, where the form has it."""
    return catalogue()["pages"]["look_below"] if marked and refused.code in _BESIDE_FIELD else refused.message
