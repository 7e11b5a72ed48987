"""Printers through HTTP: which there are, whose they are, and what people say of prints that nobody can tell of."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from biobank.act.acts import RefusedByDatabase
from biobank.act.people import Role, Side
from biobank.db.roles import Login
from biobank.labelling import jobs
from biobank.labelling.printer_rules import NoPrinterTakes, PrinterSays
from biobank.labelling.rules import JobState
from labels.layouts import LAYOUTS
from tests.biobank.labelling.conftest import Bench
from tests.scripting import address
from tests.serving import hire, signed_in
from tests.waiting import until

REACHED = {"way": "zpl", "host": "192.0.2.7", "port": 9100, "dpi": 300}
WARD = {"printer": "ward-1", "side": "bedside", "place": "smart-ms/01", **REACHED}
BY_HAND = {"way": "download", "host": None, "port": None, "dpi": None}
REASON = "Another device stands there"


@pytest.fixture
def desk(bench: Bench) -> Bench:
    bench.people["ada"] = signed_in(bench.client)
    return bench


def change(desk: Bench, **changed: Any) -> Any:
    order = {"printer": "ward-1", **REACHED, "in_use": True, "reason": REASON}
    return desk.post("ada", "/api/printers/change", **order | changed)


def jobs_at(desk: Bench) -> dict[str, str]:
    return dict(desk.installation.rows("SELECT printer, state FROM print_job"))


def made_unknown(desk: Bench) -> tuple[str, int]:
    """A donation whose label nobody can tell of."""
    code, number = desk.donation()
    acts = desk.installation.acts
    taken = jobs.take(acts, "bedside")
    assert taken is not None
    assert jobs.finish(acts, taken[0], JobState.UNKNOWN)
    return code, number


def test_a_person_prints_at_the_printer_of_their_place_or_of_their_side(desk: Bench) -> None:
    assert desk.post("ada", "/api/printers", **WARD).status_code == 201
    desk.donation("01")
    assert jobs_at(desk) == {"ward-1": "queued"}
    desk.donation("02")
    desk.kit("01")
    assert jobs_at(desk) == {"ward-1": "queued", "bedside": "queued", "facility": "queued"}


def test_where_people_print_by_hand_nothing_waits(desk: Bench) -> None:
    assert change(desk, printer="bedside", **BY_HAND).status_code == 200
    code, number = desk.donation()
    assert jobs_at(desk) == {}
    assert desk.get("tess01", f"/api/materials/{code}/labels").json()[0]["job"] is None
    assert desk.get("tess01", f"/api/labels/{number}/pdf").status_code == 200


def test_each_side_sees_its_own_printers_and_the_administrator_both(desk: Bench) -> None:
    desk.donation()
    jobs.note(desk.installation.acts, "bedside", PrinterSays.PAPER_OUT)
    names = {who: [one["name"] for one in desk.get(who, "/api/printers").json()] for who in ("tess01", "tom", "ada")}
    assert names == {"tess01": ["bedside"], "tom": ["facility"], "ada": ["bedside", "facility"]}
    for who in ("tess01", "ada"):
        shown = desk.get(who, "/api/printers").json()[0]
        assert (shown["says"], shown["waiting"], shown["unknown"]) == ("paper_out", 1, 0)
        assert shown["seen_at"] is not None
    kit, _ = desk.kit()
    assert desk.get("tess01", "/api/printers").json()[0]["waiting"] == 1, f"{kit} waits at the facility"


def test_each_label_goes_to_the_printer_that_takes_it_and_one_that_none_takes_is_refused(desk: Bench) -> None:
    def registered(name: str, *layouts: str, **more: Any) -> tuple[int, str]:
        answer = desk.post("ada", "/api/printers", **WARD | {"printer": name, "layouts": layouts} | more)
        return answer.status_code, answer.json().get("code")

    assert registered("vials", "unit", "cap", patience_s=90) == (201, None)
    assert registered("ward-1", "cap", "donation") == registered("ward-1") == (409, "place_has_printer")
    assert registered("ward-1", "unheard") == (422, "unknown_layout")
    assert registered("ward-1", "donation", patience_s=9, **BY_HAND) == (422, "wrong_printer_address")
    assert change(desk, printer="bedside", **BY_HAND).status_code == 200
    desk.donation("02")
    assert change(desk, printer="bedside", layouts=["aspirate"]).status_code == 200
    with pytest.raises(NoPrinterTakes) as refused:
        desk.donation("01")
    assert refused.value.facts == {"layout": "donation", "printers": "vials, bedside"}
    assert registered("ward-1", "donation") == (201, None)
    desk.donation("01")
    assert jobs_at(desk) == {"ward-1": "queued"}
    assert change(desk, layouts=["aspirate"]).json()["code"] == "printer_has_work"
    assert change(desk, layouts=["transport", "donation"]).json()["layouts"] == ["donation", "transport"]
    assert change(desk).json()["layouts"] == ["donation", "transport"], "nobody widens it by leaving something out"
    assert change(desk, printer="facility", layouts=[*LAYOUTS]).json()["layouts"] == []
    wrong = {
        "take no label both": (Login.DESK, "UPDATE printer SET layouts = '{cap}' WHERE name = 'ward-1'"),
        "labels wait": (Login.DESK, "UPDATE printer SET layouts = '{sample}' WHERE name = 'ward-1'"),
        "that it takes": (
            Login.BEDSIDE,
            "INSERT INTO print_job SELECT gen_random_uuid(), l.id, 'vials', 'queued', now(), now() FROM label_print l"
            " WHERE NOT EXISTS (SELECT FROM print_job j WHERE j.label_print_id = l.id)",
        ),
    }
    for why, (login, order) in wrong.items():
        with psycopg.connect(address(desk.installation, login)) as db, pytest.raises(psycopg.DatabaseError, match=why):
            db.execute(order)


NO_HOSTS = (
    "http://192.0.2.7/", "user@printer", "printer:9100", "../etc", "127.1", "0x7f000001", "2130706433", "169.254.169.254",
    "224.0.0.1", "0.0.0.0", "fe80::1%eth0", "a" * 254, "drucker\u00f6", "a b", "-printer",
)  # fmt: skip
NO_ADDRESSES: tuple[dict[str, Any], ...] = ({"host": None}, {"port": None}, {"dpi": None}, {"way": "folder"}, {"way": "download"})
NO_INPUT: tuple[dict[str, Any], ...] = (
    {"way": "ipp"}, {"port": 0}, {"port": 65536}, {"port": "x"}, {"dpi": 200}, {"side": "desk"}, {"printer": "../ward"},
    {"printer": "Ward 1"}, {"printer": "x"}, {"place": ""}, {"place": "a\0b"}, {"secret": "x"}, {"host": 7},
    {"host": ""}, {"host": "printer\0"},
)  # fmt: skip


def test_an_address_that_is_none_is_refused_and_leaves_nothing(desk: Bench) -> None:
    wrong = {"not_a_host": [{"host": host} for host in NO_HOSTS], "wrong_printer_address": NO_ADDRESSES, "bad_input": NO_INPUT}
    for code, orders in wrong.items():
        for order in orders:
            answer = desk.post("ada", "/api/printers", **WARD | order)
            assert (answer.status_code, answer.json().get("code")) == (422, code), (order, answer.text)
    assert desk.installation.one("SELECT count(*) FROM printer") == 2


def test_one_machine_is_named_in_small_letters(desk: Bench) -> None:
    assert desk.post("ada", "/api/printers", **WARD).status_code == 201
    for host in ("192.0.2.7", "2001:db8::7", "::1", "printer-1.lab", "Printer-1", "127.0.0.1"):
        answer = change(desk, host=host)
        assert answer.json().get("host") == host.lower(), answer.text


def test_a_name_and_a_place_have_one_printer(desk: Bench) -> None:
    assert desk.post("ada", "/api/printers", **WARD).status_code == 201
    told = {
        "printer_known": desk.post("ada", "/api/printers", **WARD | {"place": None}),
        "place_has_printer": desk.post("ada", "/api/printers", **WARD | {"printer": "ward-2"}),
    }
    assert {code: (answer.status_code, answer.json()["code"]) for code, answer in told.items()} == {
        code: (409, code) for code in told
    }
    assert change(desk, in_use=False).status_code == 200
    assert desk.post("ada", "/api/printers", **WARD | {"printer": "ward-2"}).status_code == 201
    assert change(desk).json()["code"] == "place_has_printer"
    assert change(desk, printer="ward-9").status_code == 404
    assert change(desk, reason="x").status_code == 422


def test_no_printer_goes_while_labels_wait_for_it_but_another_device_takes_its_place(desk: Bench) -> None:
    desk.donation()
    away = change(desk, printer="bedside", in_use=False)
    assert (away.status_code, away.json()["facts"]) == (409, {"printer": "bedside", "waiting": 1, "unknown": 0})
    assert change(desk, printer="bedside").json()["waiting"] == 1
    assert desk.installation.one("SELECT count(*) FROM printer WHERE host = '192.0.2.7'") == 1


def test_a_label_never_waits_for_a_printer_that_goes_out_of_use_in_the_same_moment(desk: Bench) -> None:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    for gone in ("in_use = false", "way = 'download'"):
        with psycopg.connect(address(desk.installation, Login.DESK)) as db, ThreadPoolExecutor() as meanwhile:
            ada = desk.installation.one("SELECT id FROM person WHERE username = 'ada'")
            db.execute("SELECT audit.begin_act(%s, 'change_printer', %s, 'desk', now(), now(), %s)", [uuid4(), ada, REASON])
            db.execute(f"UPDATE printer SET {gone} WHERE name = 'bedside'")
            printing = meanwhile.submit(desk.donation)
            until(lambda: desk.installation.one(waiting) == 1)
            db.commit()
            with pytest.raises(RefusedByDatabase):
                printing.result()
        assert jobs_at(desk) == {}
        assert change(desk, printer="bedside", way="folder", host=None, port=None, dpi=None).status_code == 200


def test_a_label_that_becomes_void_before_it_is_sent_leaves_the_queue(desk: Bench) -> None:
    _, number = desk.donation()
    voided = desk.post("tess01", f"/api/labels/{number}/account", state="void").json()
    assert (voided["state"], voided["job"]) == ("void", "withdrawn")
    assert jobs.take(desk.installation.acts, "bedside") is None


def test_whoever_looked_says_that_an_unknown_label_came_out(desk: Bench) -> None:
    _, number = made_unknown(desk)
    said = desk.post("tess01", f"/api/labels/{number}/outcome", came_out=True, reason="It lies in the printer's tray").json()
    assert (said["number"], said["state"], said["job"]) == (number, "printed", "printed")
    again = desk.post("tess01", f"/api/labels/{number}/outcome", came_out=False, reason="Or maybe it does not")
    assert (again.status_code, again.json()["code"]) == (409, "print_not_unknown")
    assert desk.installation.rows("SELECT came_out, reason FROM print_answer") == [(True, "It lies in the printer's tray")]


def test_a_label_that_did_not_come_out_is_void_and_printed_as_another_copy(desk: Bench) -> None:
    code, number = made_unknown(desk)
    why = "The printer was switched off"
    said = desk.post("tess01", f"/api/labels/{number}/outcome", came_out=False, reason=why).json()
    assert (said["number"] != number, said["copy_number"], said["reason"], said["job"]) == (True, 2, why, "queued")
    first = desk.get("tess01", f"/api/materials/{code}/labels").json()[0]
    assert (first["state"], first["job"]) == ("void", "not_printed")


def test_of_a_label_that_was_made_void_already_no_other_copy_is_printed_where_it_did_not_come_out(desk: Bench) -> None:
    code, number = made_unknown(desk)
    desk.post("tess01", f"/api/labels/{number}/account", state="void")
    said = desk.post("tess01", f"/api/labels/{number}/outcome", came_out=False, reason="The printer was switched off").json()
    assert (said["number"], said["state"], said["job"]) == (number, "void", "not_printed")
    assert len(desk.get("tess01", f"/api/materials/{code}/labels").json()) == 1


def test_of_a_print_that_is_known_nobody_says_anything(desk: Bench) -> None:
    def said(number: int) -> tuple[int, str]:
        answer = desk.post("tess01", f"/api/labels/{number}/outcome", came_out=False, reason="I saw nothing come out")
        return answer.status_code, answer.json()["code"]

    _, number = desk.donation()
    assert said(number) == (409, "print_not_unknown")
    taken = jobs.take(desk.installation.acts, "bedside")
    assert taken is not None
    assert said(number) == (409, "print_not_unknown")
    jobs.finish(desk.installation.acts, taken[0], JobState.SENT)
    assert said(number) == (409, "print_not_unknown")


def test_a_print_is_told_of_by_its_own_side_with_a_reason_and_by_nobody_from_elsewhere(desk: Bench) -> None:
    _, number = made_unknown(desk)
    desk.people["qa"] = hire(desk.client, "qa", Side.FACILITY, Role.QA)
    told = {"came_out": True, "reason": "It lies in the tray"}
    road = f"/api/labels/{number}/outcome"
    assert desk.post("tom", f"{road}?scope=bedside", **told).json()["code"] == "other_sides_label"
    assert desk.post("tess02", road, **told).status_code == 404
    assert desk.post("qa", f"{road}?scope=bedside", **told).status_code == 403
    for wrong in ({"reason": "x"}, {"reason": None}, {"came_out": None}, {"came_out": "perhaps"}, {"more": 1}):
        assert desk.post("tess01", road, **told | wrong).status_code == 422
    assert jobs_at(desk) == {"bedside": "unknown"}


def test_no_side_sends_or_answers_for_a_print_by_sql(desk: Bench) -> None:
    made_unknown(desk)
    for login in (Login.FACILITY, Login.BEDSIDE):
        with psycopg.connect(address(desk.installation, login)) as db:
            for state in ("sent", "sending", "queued"):
                with pytest.raises(psycopg.DatabaseError), db.transaction():
                    db.execute("UPDATE print_job SET state = %s", [state])
    facility = address(desk.installation, Login.FACILITY)
    with psycopg.connect(facility) as db, pytest.raises(psycopg.DatabaseError, match="own side"):
        db.execute("UPDATE print_job SET state = 'printed'")
