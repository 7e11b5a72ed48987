"""Signing in and out in a browser, what every page tells the browser, and pages of other sites."""

import re

import pytest
from fastapi.testclient import TestClient

from tests.browsing import FROM_HERE, Browser, BrowserLab, alert, forms_of
from tests.serving import PASSWORD


def test_a_page_sends_whoever_is_not_signed_in_to_the_login_and_back(lab: BrowserLab) -> None:
    stranger = TestClient(lab.client.app)
    answer = stranger.get("/scan?code=SM-01-001-N", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?then=/scan%3Fcode%3DSM-01-001-N")
    assert stranger.get("/", follow_redirects=False).headers["location"] == "/login"
    assert stranger.post("/acts", data={"route": "POST /api/lots"}, follow_redirects=False).headers["location"] == "/login"
    lab.as_("tom")
    typed = {"username": "tom", "password": PASSWORD, "then": "/scan?code=SM-01-001-N"}
    assert stranger.post("/login", data=typed, follow_redirects=False).headers["location"] == "/scan?code=SM-01-001-N"


def test_the_login_leads_nowhere_but_to_our_own_pages(lab: BrowserLab) -> None:
    lab.as_("tom")
    for then in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\n//x", ""):
        typed = {"username": "tom", "password": PASSWORD, "then": then}
        answer = TestClient(lab.client.app).post("/login", data=typed, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/"), then


def test_a_page_that_is_not_there_is_said_on_a_page_to_a_browser_only(lab: BrowserLab) -> None:
    page = lab.client.get("/nowhere", headers={"Accept": "text/html,*/*"})
    assert (page.status_code, alert(page.text)) == (404, "There is no such page here.")
    for path, accepted in (("/nowhere", "application/json"), ("/api/nowhere", "text/html"), ("/static/none.css", "text/html")):
        answer = lab.client.get(path, headers={"Accept": accepted})
        assert (answer.status_code, answer.json()["code"]) == (404, "http_404"), path


def test_a_wrong_password_is_said_and_never_shown_again(lab: BrowserLab) -> None:
    lab.as_("tom")
    for typed in (
        {"username": "tom", "password": "wrong horse"},
        {"username": "nobody<b>", "password": PASSWORD},
        {"username": "tom"},
    ):
        answer = TestClient(lab.client.app).post("/login", data=typed)
        assert answer.status_code in (403, 422)
        assert alert(answer.text)
        assert "wrong horse" not in answer.text
        assert PASSWORD not in answer.text
        assert "<b>" not in answer.text
        assert "set-cookie" not in answer.headers


def test_the_session_cookie_is_kept_from_scripts_and_other_sites_and_ends_with_the_session(lab: BrowserLab) -> None:
    lab.as_("tom")
    typed = {"username": "tom", "password": PASSWORD}
    answer = TestClient(lab.client.app).post("/login", data=typed, follow_redirects=False)
    told = answer.headers["set-cookie"]
    assert told.partition("=")[2].partition(";")[0] not in answer.text
    assert "HttpOnly" in told
    assert "SameSite=strict" in told
    assert "Secure" not in told
    secure = TestClient(lab.client.app, base_url="https://testserver")
    assert "Secure" in secure.post("/login", data=typed, follow_redirects=False).headers["set-cookie"]
    browser = Browser(lab, "tom")
    token = browser.client.cookies["biobank_session"]
    left = browser.client.post("/logout", data=browser.own(), headers=FROM_HERE, follow_redirects=False)
    assert left.headers["location"] == "/login"
    again = TestClient(lab.client.app, cookies={"biobank_session": token})
    assert again.get("/", follow_redirects=False).headers["location"] == "/login"


def test_a_form_whose_session_ended_comes_back_to_the_same_person_as_it_was_typed(lab: BrowserLab) -> None:
    """The password of the session that ended and that of a signature are typed again."""
    lab.load_study()
    lab.upload_list("A", "B")
    participant, tess = lab.enrolled(), lab.browser("tess")
    tess.scan(participant)
    tess.client.cookies.clear()
    weights = f"/participants/{participant}/weights"
    tess.do(weights, {"period": "1", "weight_kg": "72,4"})
    assert (tess.answer.status_code, "Your session ended; nothing was recorded." in alert(tess.page)) == (401, True)
    login = forms_of(tess.page)[0]
    for wrong in (True, False):
        login.filled |= {"username": ["tess"], "password": ["wrong horse" if wrong else PASSWORD]}
        tess.answer = tess.client.post("/login", data=login.filled, headers=FROM_HERE)
        assert tess.answer.status_code == (403 if wrong else 200)
        login = forms_of(tess.page)[0] if wrong else login
    assert "Your session had ended." in alert(tess.page)
    assert tess.acts()[weights].filled["f.weight_kg"] == ["72,4"]
    assert tess.acts()[weights].filled["once"] != login.filled["kept.once"]
    tess.do(weights)
    assert tess.answer.status_code == 200, "and it goes on from there"
    other = TestClient(lab.client.app)
    lab.as_("tom")
    onward = other.post("/login", data=login.filled | {"username": "tom"}, headers=FROM_HERE, follow_redirects=False)
    assert onward.status_code == 303, "what one typed is not another's"
    quinn = lab.browser("quinn")
    batch = lab.isolated(participant)
    quinn.scan(batch)
    quinn.client.cookies.clear()
    typed = {"verdict": "rejected", "signature.username": "quinn", "signature.password": PASSWORD, "signature.meaning": "No"}
    quinn.do(f"/batches/{batch}/disposition", typed)
    assert quinn.answer.status_code == 401
    assert PASSWORD not in quinn.page
    assert forms_of(quinn.page)[0].filled["kept.f.verdict"] == ["rejected"]
    assert not any("signature" in name for name in forms_of(quinn.page)[0].filled)
    assert forms_of(quinn.page)[0].filled["then"] == [f"/scan?code={batch}"]


def test_every_page_is_strict_about_what_a_browser_may_load(lab: BrowserLab) -> None:
    lab.load_study()
    bo = Browser(lab, "bo")
    freezer = lab.freezer()
    pages = [bo.client.get(path) for path in ("/login", "/", f"/scan?code={freezer}", "/scan?code=nothing")]
    for answer in pages:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy.replace("'wasm-unsafe-eval'", "")
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not re.search(
            r"<script(?![^>]*\bsrc=\"/static/)|<style|\sstyle=|\son[a-z]+=|(?:src|href|action)=\"(?:https?:)?//", answer.text
        )
    for address in re.findall(r"/static/[^\"]+", pages[1].text):
        assert bo.client.get(address).status_code == 200
        assert "no-store" not in bo.client.get(address).headers.get("cache-control", "")
    assert bo.client.get("/api/freezers").headers["cache-control"] == "no-store"


ELSEWHERE = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
)


def test_nothing_is_changed_by_the_page_of_another_site(lab: BrowserLab) -> None:
    pia = Browser(lab, "pia")
    lot = {"kind": "saline", "name": "Saline", "supplier": "Supplier", "supplier_lot": "S-1", "expires_at": "2035-01-01T00:00"}
    body = lot | {"expires_at": "2035-01-01T00:00:00Z"}
    typed = {"username": "pia", "password": PASSWORD}
    for headers in ELSEWHERE:
        pia.scan("")
        pia.do("/lots", dict(lot), headers)
        assert pia.answer.status_code == 403, headers
        assert pia.client.post("/api/lots", json=body, headers=headers).json()["code"] == "cross_site", headers
        assert pia.client.post("/logout", headers=headers).status_code == 403, headers
        assert pia.client.post("/login", data=typed, headers=headers).status_code == 403, headers
    assert lab.told("pia", "/lots") == []
    bearer = lab.as_("pia") | ELSEWHERE[0]
    assert lab.client.post("/api/lots", json=body, headers=bearer).status_code == 201, "a bearer is no browser"


def test_a_browser_that_says_nothing_of_where_a_form_comes_from_must_send_one_of_its_session(lab: BrowserLab) -> None:
    pia, other = Browser(lab, "pia"), Browser(lab, "pia", known=True)
    lot = {"kind": "saline", "name": "Saline", "supplier": "Supplier", "supplier_lot": "S-1", "expires_at": "2035-01-01T00:00"}
    password = {"old": PASSWORD, "new": "chosen by nobody else", "again": "chosen by nobody else"}
    for token in ("", "no token", "\xff", other.own()["form_token"]):
        pia.scan("")
        form = pia.acts()["/lots"]
        form.filled |= {f"f.{name}": [value] for name, value in lot.items()} | {"form_token": [token]}
        pia.answer = pia.client.post("/acts", data=form.filled)
        assert (pia.answer.status_code, "before your session began" in alert(pia.page)) == (403, True), token
        assert pia.acts()["/lots"].filled["f.supplier_lot"] == ["S-1"], "and what was typed is there still"
        assert pia.client.post("/logout", data={"form_token": token}).status_code == 403
        assert pia.client.post("/password", data=password | {"form_token": token}).status_code == 403
    assert lab.told("pia", "/lots") == []
    pia.do("/lots", {}, {})
    assert len(lab.told("pia", "/lots")) == 1, "the form that came back has the token of this session"


@pytest.mark.parametrize("odd", ["http://[", "http://[::1", "\xff"])
@pytest.mark.parametrize("name", ["Origin", "Sec-Fetch-Site", "Authorization", "Cookie"])
def test_an_odd_header_is_no_error_of_the_program(lab: BrowserLab, name: str, odd: str) -> None:
    headers = {name: f"biobank_session={odd}" if name == "Cookie" else odd}
    sent = {key: value.encode("latin-1") for key, value in headers.items()}
    assert lab.client.get("/", headers=sent, follow_redirects=False).status_code < 500
    assert lab.client.post("/login", data={"username": "pia", "password": "wrong"}, headers=sent).status_code < 500
    assert lab.client.post("/api/lots", json={}, headers=sent).status_code < 500
