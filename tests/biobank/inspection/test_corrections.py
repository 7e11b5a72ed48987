"""What was typed wrong is corrected with a reason; the wrong value stays, and is shown as corrected."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.path import Lab, refused
from tests.telemetry import Installation

WHY = "Two digits were swapped when it was typed"
IDLE = ("", "   ", ".", "n/a", "N/A", "-----", "n/a n/a", "none.")
"""Reasons that say nothing."""

INSERTS = {
    "weight": "participant_id, period, weight_kg, measured_at, measured_by",
    "result": "batch_id, root_id, test, value, finding, method, passed, recorded_by, recorded_at",
    "receipt": "donation_id, accepted, temperature_c, volume_ml, container_intact, remark, received_by, received_at",
}


class Case:
    """A value that was typed wrong: who corrects it where, and how the record is read."""

    def __init__(self, lab: Lab, participant: str, what: str) -> None:
        self.lab, self.what = lab, what
        if what == "weight":
            lab.weigh(participant, weight_kg="74.2")
            self.who, self.field, self.shown = "tess", "weight_kg", f"/participants/{participant}/weights"
            self.route, self.code = f"/participants/{participant}/weights/correction", participant
            self.body, self.values = {"period": 1, "weight_kg": "72.4"}, ["74.2", "72.4", "71.4"]
        elif what == "receipt":
            donation = lab.collect(participant)["code"]
            lab.hand_over(donation)
            lab.receive(donation, participant, volume_ml="3.0")
            self.who, self.field, self.shown = "tom", "volume_ml", f"/donations/{donation}/receipt"
            self.route, self.code = f"/donations/{donation}/receipt/correction", donation
            self.body, self.values = {"volume_ml": "30"}, ["3", "30", "31"]
        else:
            batch = lab.isolated(participant)
            lab.harvested(batch)
            lab.wait(days=15)
            lab.result(batch, "cd73", "97.9")
            self.who, self.field, self.shown = "tina", "value", f"/batches/{batch}/results"
            self.route, self.code = f"/batches/{batch}/results/correction", batch
            self.body, self.values = {"test": "cd73", "value": "99.7"}, ["97.9", "99.7", "99.8"]

    def correct(self, reason: Any = WHY, **changed: Any) -> Any:
        return self.lab.post(self.who, self.route, self.body | {"reason": reason} | changed)

    def read(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.lab.told("quinn", self.shown)
        return found


@pytest.fixture(params=["weight", "receipt", "result"])
def case(request: pytest.FixtureRequest, lab: Lab, participant: str) -> Case:
    return Case(lab, participant, request.param)


def test_a_correction_is_another_line_and_the_wrong_value_stays(case: Case, installation: Installation) -> None:
    assert [(one["correction"], one["corrected"]) for one in case.read()] == [(None, False)]
    for reason in IDLE:
        assert case.correct(reason).status_code == 422, reason
    assert case.correct(None).status_code == 422
    refused(case.correct(**{case.field: case.values[0]}), 409, "nothing_to_correct")
    assert len(case.read()) == 1, "nothing was changed by what was refused"

    answer = case.correct()
    assert answer.status_code == 201, answer.text
    assert answer.json()["correction"] == WHY
    assert case.correct("It was read from the wrong line", **{case.field: case.values[2]}).status_code == 201
    lines = case.read()
    assert [Decimal(one[case.field]) for one in lines] == [Decimal(value) for value in case.values]
    assert [one["corrected"] for one in lines] == [True, True, False]
    assert [one["correction"] for one in lines] == [None, WHY, "It was read from the wrong line"]

    fields = case.lab.told("quinn", f"/history/{case.code}")["fields"]
    history = next(one for one in fields if (one["record"], one["field"]) == (case.what, case.field))
    assert [Decimal(one["value"]) for one in history["values"]] == [Decimal(value) for value in case.values]
    assert [one["reason"] for one in history["values"]] == [None, WHY, "It was read from the wrong line"]

    with psycopg.connect(installation.owner_url) as db:
        identity: UUID = installation.one(f"SELECT id FROM {case.what} WHERE corrects IS NULL")
        columns, reasons = INSERTS[case.what], (*IDLE, None)
        kind = {"weight": "correct_weight", "receipt": "correct_receipt", "result": "correct_result"}[case.what]
        for reason in reasons:
            with pytest.raises(psycopg.errors.CheckViolation):
                _insert(db, kind, case.what, columns, identity, reason)
        for reason in IDLE:
            with pytest.raises(psycopg.errors.CheckViolation, match="ck_act_reason"):
                _begin(db, kind, reason)
            db.rollback()


def _begin(db: psycopg.Connection[Any], kind: str, why: str | None) -> None:
    begin = "SELECT audit.begin_act(gen_random_uuid(), %s, (SELECT id FROM person LIMIT 1), 'system', now(), now(), %s)"
    db.execute(begin, [kind, why])


def _insert(db: psycopg.Connection[Any], kind: str, table: str, columns: str, corrects: UUID, reason: str | None) -> None:
    """A correction as a script writes it, of which nothing stays."""
    attempt, given = (", attempt", ", attempt + 7") if table == "result" else ("", "")
    with db.transaction(force_rollback=True):
        _begin(db, kind, WHY)
        db.execute(
            f"INSERT INTO {table} (id, {columns}{attempt}, corrects, correction_reason)"
            f" SELECT gen_random_uuid(), {columns}{given}, id, %s FROM {table} WHERE id = %s".encode(),
            [reason, corrects],
        )


def test_a_correction_is_of_the_same_line(case: Case, installation: Installation) -> None:
    """What it is about, whose it is and when it happened are not what a correction changes, whatever a script writes."""
    other = {"weight": "period = 2", "result": "method = 'another'", "receipt": "temperature_c = 1"}[case.what]
    columns = INSERTS[case.what] + (", attempt" if case.what == "result" else "")
    changed = ", ".join(_value(name.strip(), other) for name in columns.split(","))
    insert = f"""
        INSERT INTO {case.what} (id, {columns}, corrects, correction_reason)
        SELECT gen_random_uuid(), {changed}, id, %s FROM {case.what} WHERE corrects IS NULL
    """
    with psycopg.connect(installation.owner_url) as db:
        _begin(db, "correct_weight", WHY)
        with pytest.raises(psycopg.DatabaseError, match="same line") as no:
            db.execute(insert.encode(), [WHY])
        db.rollback()
    assert no.value.sqlstate == "BB036"


def _value(column: str, other: str) -> str:
    """The column as it is, but for the one that is another, and the attempt, which is a new one."""
    name, _, value = other.partition(" = ")
    return value if column == name else "attempt + 7" if column == "attempt" else column


def test_a_corrected_weight_counts_for_the_dose(lab: Lab, participant: str) -> None:
    case = Case(lab, participant, "weight")
    case.correct()
    [wrong, right] = case.read()
    assert (wrong["measured_at"], wrong["period"]) == (right["measured_at"], right["period"])


def test_a_result_that_was_typed_wrong_is_judged_anew(lab: Lab, participant: str) -> None:
    """Corrected to what is out of specification it opens a deviation, as any result does."""
    case = Case(lab, participant, "result")
    assert lab.told("quinn", "/deviations") == []
    assert case.correct(value="50").json()["passed"] is False
    assert lab.told("quinn", f"/batches/{case.code}/release-file")["failed"] == ["CD73 positive"]
    assert len(lab.told("quinn", "/deviations")) == 1
    assert case.correct(value="99.7").json()["passed"] is True
    assert lab.told("quinn", f"/batches/{case.code}/release-file")["failed"] == []
    for nothing in ({"test": "cd90"}, {"test": "surprise"}):
        assert case.correct(**nothing).status_code in (404, 409, 422)
