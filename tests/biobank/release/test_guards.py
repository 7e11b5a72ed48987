"""What the database itself refuses of decisions, whatever a script with the facility's own login writes."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from biobank.access.signing import sign
from biobank.act.acts import Act, Acts, RefusedByDatabase
from biobank.act.kinds import Kind
from biobank.act.people import Person, Role, Side, SignedBy
from biobank.custody import queries as materials
from biobank.release.rules import Stage, Verdict
from biobank.release.tables import Decision
from tests.biobank.release.conftest import HOLD, deviation, kept
from tests.path import Lab
from tests.readbacks import read_labels_back
from tests.scripting import as_facility
from tests.telemetry import Installation

APPROVED, REJECTED = Verdict.APPROVED, Verdict.REJECTED


class Script:
    """Writes decisions without asking any rule."""

    def __init__(self, lab: Lab, installation: Installation) -> None:
        self.installation = installation
        self.acts: Acts = replace(installation.acts, clock=lab.clock)
        for who in ("quinn", "quentin", "sam", "tina"):
            lab.as_(who)

    def person(self, username: str) -> Person:
        identity: UUID = self.installation.one("SELECT id FROM person WHERE username = %s", username)
        return Person(identity, username, f"{username.title()} Person", Side.FACILITY, frozenset({Role.QA}))

    def write(self, who: str, batch: str, stage: Stage, verdict: Verdict = APPROVED, **changed: Any) -> None:
        """One decision, signed by who writes it."""
        person = self.person(who)
        with self.acts.begin(person, Kind.DISPOSE, signed=SignedBy(person.id, person.name, "I approve this")) as act:
            act.add(self._decision(act, batch, stage, verdict, changed))

    def _decision(self, act: Act, batch: str, stage: Stage, verdict: Verdict, changed: dict[str, Any]) -> Decision:
        about = materials.material(act.session, batch)
        told: dict[str, Any] = {
            "id": act.new_id(),
            "batch_id": about.id,
            "root_id": about.root_id,
            "purpose": "drug",
            "stage": stage,
            "verdict": verdict,
            "signature_id": sign(act, batch, {}).id,
            "decided_by": act.person.id,
            "decided_at": act.recorded_at,
        }
        return Decision(**(told | changed))


@pytest.fixture
def script(lab: Lab, installation: Installation) -> Script:
    return Script(lab, installation)


def rule_against(script: Script, *order: Any, **changed: Any) -> str:
    """The database's rule that refuses a decision, of which nothing stays."""
    before = kept(script.installation)
    with pytest.raises(RefusedByDatabase) as refused:
        script.write(*order, **changed)
    assert kept(script.installation) == before
    return str(refused.value.facts["rule"])


def test_no_approval_in_the_database_with_something_open(lab: Lab, script: Script, batch: str) -> None:
    held = lab.done("bo", f"/materials/{batch}/holds", HOLD)["number"]
    assert rule_against(script, "quinn", batch, Stage.DISPOSITION) == "BB028"
    lab.done("quinn", f"/materials/{batch}/holds/{held}/lifting", {"reason": "The supplier took it back"})
    lab.done("tom", "/deviations", deviation(batch))
    assert rule_against(script, "quinn", batch, Stage.DISPOSITION) == "BB015"
    script.write("quinn", batch, Stage.DISPOSITION, REJECTED)


def test_no_decision_in_the_database_about_a_batch_that_failed(lab: Lab, script: Script) -> None:
    batch = lab.isolated(lab.enrolled())
    failure = {"reason": "Nothing grew in any vessel", "signature": lab.sign("quinn")}
    lab.done("quinn", f"/batches/{batch}/failure", failure)
    for verdict, rule in ((APPROVED, "BB015"), (REJECTED, "BB035")):
        assert rule_against(script, "sam", batch, Stage.DISPOSITION, verdict) == rule


def test_no_decision_in_the_database_out_of_order_or_by_the_wrong_hands(lab: Lab, script: Script, batch: str) -> None:
    for who in ("tina", "tom"):
        assert rule_against(script, who, batch, Stage.DISPOSITION) == "BB017", "not at any stage"
    assert rule_against(script, "quentin", batch, Stage.CERTIFICATION) == "BB016"
    assert rule_against(script, "sam", batch, Stage.SPONSOR_RELEASE) == "BB016"
    script.write("quinn", batch, Stage.DISPOSITION)
    assert rule_against(script, "sam", batch, Stage.SPONSOR_RELEASE) == "BB016"
    for who in ("quinn", "tina", "tom"):
        assert rule_against(script, who, batch, Stage.CERTIFICATION) == "BB017", who
        assert rule_against(script, who, batch, Stage.CERTIFICATION, REJECTED) == "BB017", who
    other = script.person("sam").id
    assert rule_against(script, "quentin", batch, Stage.CERTIFICATION, decided_by=other) == "BB014"
    script.write("quentin", batch, Stage.CERTIFICATION)
    for who in ("quinn", "quentin", "tina"):
        assert rule_against(script, who, batch, Stage.SPONSOR_RELEASE) == "BB017", who
    script.write("sam", batch, Stage.SPONSOR_RELEASE)


def test_whoever_only_fed_a_batch_does_not_certify_it_in_the_database_either(lab: Lab, script: Script) -> None:
    batch = lab.isolated(lab.enrolled())
    lab.hire("fed", Role.TECHNICIAN)
    culture = lab.seed(batch)["code"]
    lab.done("fed", f"/cultures/{culture}/feeds", {"lot": lab.medium(), "volume_ml": "120"})
    read_labels_back(lab, batch)
    lab.review_trail(batch)
    script.write("quinn", batch, Stage.DISPOSITION)
    assert rule_against(script, "fed", batch, Stage.CERTIFICATION) == "BB017"


LIFT = "UPDATE hold SET lifted_at = now(), lifted_by = placed_by, lift_reason = 'A script did it' WHERE kind = %s"


def lifting(installation: Installation, kind: str) -> str | None:
    """The rule by which the database refuses to lift the holds of a kind."""
    with as_facility(installation, Kind.OPEN_DEVIATION, "quinn") as db, pytest.raises(psycopg.Error) as refusal, db.transaction():
        db.execute(LIFT, [kind])
    return refusal.value.sqlstate


def test_no_script_lifts_what_waits_for_a_release_or_a_conclusion(lab: Lab, installation: Installation, batch: str) -> None:
    assert lifting(installation, "not_released") == "BB038"
    lab.release(batch)
    unit = lab.told("quinn", f"/batches/{batch}/release-file")["units"][0]
    for about in (unit, lab.told("quinn", f"/batches/{batch}")["cultures"][0]["code"]):
        opened = lab.done("tom", "/deviations", deviation(about))["code"]
        assert lifting(installation, "deviation") == "BB038", about
        lab.done("quinn", f"/deviations/{opened}/closure", {"conclusion": "Seen and without bearing on the cells"})
        with as_facility(installation, Kind.OPEN_DEVIATION, "quinn") as db:
            assert db.execute(LIFT + " AND lifted_at IS NULL", ["deviation"]).rowcount == 1


def test_nothing_in_the_database_decides_about_the_biobank(lab: Lab, script: Script, installation: Installation) -> None:
    lab.enrolled()
    batch = lab.isolated(lab.enrolled())
    assert rule_against(script, "quinn", batch, Stage.DISPOSITION) == "BB028"
    for purpose, constraint in (("drug", "fk_decision_purpose"), ("biobank", "ck_decision_only_drug")):
        with pytest.raises(DBAPIError, match=constraint):
            script.write("quinn", batch, Stage.DISPOSITION, REJECTED, purpose=purpose)
    assert installation.one("SELECT count(*) FROM decision") == 0


@pytest.mark.parametrize("sql", ["UPDATE decision SET verdict = 'approved'", "DELETE FROM decision", "TRUNCATE decision"])
def test_a_decision_stays_as_it_was_taken(lab: Lab, script: Script, installation: Installation, sql: str) -> None:
    batch = lab.isolated(lab.enrolled())
    lab.dispose(batch, "rejected")
    with pytest.raises(DBAPIError, match="permission denied"), script.acts.begin(script.person("quinn"), Kind.DISPOSE) as act:
        act.session.connection().execute(text(sql))
    assert installation.rows("SELECT verdict FROM decision") == [("rejected",)]


def test_a_decision_of_another_root_than_its_batch_is_refused(script: Script, batch: str) -> None:
    with pytest.raises(DBAPIError, match="fk_decision_batch"):
        script.write("quinn", batch, Stage.DISPOSITION, root_id=uuid4())
