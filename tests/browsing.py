"""A browser without scripts on the pages: it signs in, reads forms from pages, fills them in and sends them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any, Self

from fastapi.testclient import TestClient

from biobank.clock import FixedClock
from biobank.pages.acts import act_on
from biobank.pages.typed import body_of
from tests.bodies import fitting
from tests.doses import DoseLab
from tests.path import Lab
from tests.serving import PASSWORD

FROM_HERE = {"Origin": "http://testserver"}
Typed = dict[str, str | list[str]]


@dataclass
class Form:
    """A form of a page: where it goes, what stands in it, and every name that it can send."""

    action: str
    filled: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    """Reads forms as a browser does: only checked boxes, the selected option, the text of a textarea."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._area = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(told.get("action", "")))
        elif tag in ("select", "textarea"):
            self.forms[-1].names.add(told["name"])
            self._select, self._area = (told["name"], "") if tag == "select" else ("", told["name"])
        elif tag == "option" and self._select and "selected" in told:
            self._put(self._select, told["value"])
        elif tag == "input" and "name" in told:
            self.forms[-1].names.add(told["name"])
            if told.get("type") not in ("radio", "checkbox", "file") or "checked" in told:
                self._put(told["name"], told.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._area:
            self._put(self._area, data.removeprefix("\n"))

    def handle_endtag(self, tag: str) -> None:
        self._area = "" if tag == "textarea" else self._area
        self._select = "" if tag == "select" else self._select

    def _put(self, name: str, value: str) -> None:
        self.forms[-1].filled.setdefault(name, []).append(value)


def forms_of(page: str) -> list[Form]:
    """Every form of a page."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms


def alert(page: str) -> str:
    """What a page says is wrong, without its markup; nothing where all is well."""
    found = re.search(r'role="alert">(.*?)</p>', page, re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", "", found[1])) if found else ""


class Browser:
    """One person at a browser."""

    def __init__(self, lab: Lab, who: str, *, known: bool = False, password: str = PASSWORD) -> None:
        if not known and who != "ada":  # the first administrator is there from the beginning
            lab.as_(who)
        self.client = TestClient(lab.client.app, raise_server_exceptions=False)
        self.client.portal = lab.client.portal  # served where the lab is, not by a loop of its own for every request
        self.answer: Any = self.client.post("/login", data={"username": who, "password": password}, headers=FROM_HERE)
        assert self.answer.status_code == 200, self.answer.text

    @property
    def page(self) -> str:
        """What stands on the screen."""
        return str(self.answer.text)

    def scan(self, code: str) -> str:
        """Put a code into the scan box; without one, go to the first page."""
        self.answer = self.client.get("/scan", params={"code": code})
        return self.page

    def own(self) -> dict[str, str]:
        """What every form of this session carries."""
        return {"form_token": next(form.filled["form_token"][0] for form in forms_of(self.page) if "form_token" in form.filled)}

    def acts(self) -> dict[str, Form]:
        """The forms of acts on this page, by the path to which they lead; the first where several lead there."""
        offered: dict[str, Form] = {}
        for form in forms_of(self.page):
            if form.action == "/acts":
                offered.setdefault(path_of(form), form)
        return offered

    def do(self, path: str, typed: Typed | None = None, headers: dict[str, str] = FROM_HERE) -> Form:
        """Fill in the form of an act on this page and send it; asks for more lines until there are enough."""
        form = self.acts()[path]
        while missing := {f"f.{name}" for name in typed or {}} - form.names:
            assert all(re.search(r"\.\d+\.", name) for name in missing), f"{path} has no {missing}, only {sorted(form.names)}"
            more = re.search(rf'<button name="(f\.{min(missing).split(".")[1]})" value="(\d+)"', self.page)
            assert more is not None
            self.answer = self.client.post("/acts", data={**form.filled, more[1]: more[2]}, headers=headers)
            form = self.acts()[path]
        form.filled |= {f"f.{name}": [value] if isinstance(value, str) else value for name, value in (typed or {}).items()}
        self.answer = self.client.post("/acts", data=form.filled, headers=headers)
        return form


def path_of(form: Form) -> str:
    """The path to which the form of an act leads, after ``/api``."""
    place = {name.removeprefix("at."): values[0] for name, values in form.filled.items() if name.startswith("at.")}
    return form.filled["route"][0].removeprefix("POST /api").format(**place)


def typed(body: dict[str, Any], before: str = "") -> Typed:
    """What a person types so that this body is sent."""
    return dict(_typed(body, before))


def _typed(body: dict[str, Any], before: str) -> Iterator[tuple[str, str | list[str]]]:
    for key, value in body.items():
        name = f"{before}{key}"
        if isinstance(value, dict):
            yield from _typed(value, f"{name}.")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for line, one in enumerate(value):
                yield from _typed(one, f"{name}.{line}.")
        elif isinstance(value, list):
            yield name, "\n".join(value) if key in ("slots", "sequences") else value
        elif isinstance(value, bool):
            yield name, str(value).lower()
        else:
            yield name, "" if value is None else re.sub(r"(T\d\d:\d\d:\d\d)Z$", r"\1", str(value))


class BrowserLab(DoseLab):
    """The lab whose every act is done with a form of a page, on the page of the thing that the act is about."""

    def __init__(self, *told: Any) -> None:
        super().__init__(*told)
        self.browsers: dict[str, Browser] = {}
        self._in_browsers = True

    def on(self, client: TestClient, clock: FixedClock) -> Self:
        """The same lab on a clone of its database, before anybody opened a browser there."""
        clone = super().on(client, clock)
        clone.browsers = {}
        return clone

    @contextmanager
    def by_interface(self) -> Iterator[None]:
        """Acts that a test needs done and does not look at."""
        self._in_browsers = False
        try:
            yield
        finally:
            self._in_browsers = True

    def browser(self, who: str) -> Browser:
        """The browser of a person, signed in."""
        if who not in self.browsers:
            self.browsers[who] = Browser(self, who)
        return self.browsers[who]

    def screen(self, participant: str) -> Any:
        """Answers what the form asks, which is only what this site needs."""
        asked = {one["key"] for one in self.told("tess", f"/participants/{participant}/screening")["values"]}
        body = fitting()
        body["values"] = {key: value for key, value in body["values"].items() if key in asked}
        return self.done("tess", f"/participants/{participant}/screening", body)

    def done(self, who: str, route: str, body: Any = None) -> Any:
        """Do an act with its form; its JSON is the first answer, told again for the form's key where answers are kept."""
        if not self._in_browsers:
            return super().done(who, route, body)
        on_first_page = route.count("/") == 1 or route.startswith("/labels/")
        browser, code = self.browser(who), "" if on_first_page else route.split("/")[2]
        browser.scan(code)
        form = browser.do(route, typed(body or {}))
        assert browser.answer.status_code == 200, f"{route}: {browser.answer.status_code} {alert(browser.page)}"
        assert 'class="done"' in browser.page, f"{route}: {browser.page}"
        if route.endswith("/screening") or "signature" in (body or {}):
            return None
        headers = self.as_(who) | {"Idempotency-Key": form.filled["once"][0]}
        again = self.client.post(f"/api{route}", json=self._sent(form), headers=headers)
        assert again.headers.get("Idempotency-Replayed") == "true", f"{route}: {again.text}"
        return again.json()

    def _sent(self, form: Form) -> dict[str, Any]:
        values = {name.removeprefix("f."): value for name, value in form.filled.items() if name.startswith("f.")}
        return body_of(act_on(self.client.app, form.filled["route"][0]).fields, values)
