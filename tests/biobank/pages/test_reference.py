"""The reference of the interface, /docs: everything that can be asked, without a script and without anything from elsewhere."""

import re

from fastapi.testclient import TestClient

from biobank.pages.reference import kind_of
from biobank.web.matrix import OPEN, RIGHTS

ELSEWHERE = re.compile(r"(?:src|href|action)=\"(?:https?:)?//|<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=\"/static/)")


def test_it_names_every_route_with_its_roles_and_every_form(client: TestClient) -> None:
    told = client.get("/docs").text
    assert set(re.findall(r"<summary><code>([A-Z]+ [^<]+)</code>", told)) == set(RIGHTS) | OPEN
    forms = client.get("/openapi.json").json()["components"]["schemas"]
    assert set(re.findall(r"id=\"form-(\w+)\"", told)) == set(forms)
    linked = set(re.findall(r"href=\"#([^\"]+)\"", told))
    assert linked <= set(re.findall(r" id=\"([^\"]+)\"", told)) | {"content"}
    people = told[told.index("<code>GET /api/people</code>") :]
    assert "For: administrator." in people[: people.index("</details>")]
    assert "Needs no session." in told


def test_it_loads_nothing_from_elsewhere_and_needs_no_exception_from_the_policy(client: TestClient) -> None:
    answer = client.get("/docs")
    assert answer.headers["content-security-policy"] == client.get("/login").headers["content-security-policy"]
    assert not ELSEWHERE.search(answer.text)
    assert client.get("/redoc").status_code == 404


def test_a_value_is_told_in_a_few_words() -> None:
    assert kind_of({"type": "array", "items": {"$ref": "#/components/schemas/Lot"}}) == "list of Lot"
    assert kind_of({"anyOf": [{"type": "string", "maxLength": 9}, {"type": "null"}]}) == "string (maxLength 9) or null"
    assert kind_of({"enum": ["a", "b"]}) == "a | b"
    assert kind_of({"const": "a"}) == "a"
    assert kind_of({}) == "anything"
