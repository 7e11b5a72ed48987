"""The label of a release: printed by the sponsor's release, read back before a patient gets of the batch."""

from uuid import uuid4

import psycopg
import pytest

from biobank.act.kinds import Kind
from tests.biobank.release.conftest import HOLD
from tests.doses import DoseLab
from tests.path import refused
from tests.readbacks import read_labels_back
from tests.scripting import as_facility
from tests.serving import badge
from tests.telemetry import Installation

AS_RELEASED = """
INSERT INTO label_print (id, scope, number, material_id, layout, fields, payload, profile, profile_version, language,
                         content_sha256, copy_number, state, printed_by, printed_at)
SELECT %(id)s, scope, 99, material_id, 'release', fields, payload, profile, profile_version, language,
       content_sha256, 9, 'printed', printed_by, printed_at FROM label_print
 WHERE layout = 'batch' AND copy_number = 1 AND payload = %(batch)s
"""
THAW = """
INSERT INTO thaw (id, unit_id, preparation_id, position_id, thawed_by, thawed_at)
SELECT %(id)s, u.id, r.id, n.position_id, r.opened_by, r.opened_at
  FROM unit u JOIN placement n ON n.unit_id = u.id, preparation r WHERE u.code = %(unit)s
"""


def sqlstate(installation: Installation, kind: Kind, statement: str, **values: str) -> str | None:
    """How the database refuses what a script of the facility tries."""
    with pytest.raises(psycopg.DatabaseError) as refusal, as_facility(installation, kind) as db:
        db.execute(statement, {"id": uuid4()} | values)
    return refusal.value.sqlstate


def test_a_batch_is_labelled_as_released_by_its_release_alone_and_read_back_before_a_patient_gets_of_it(
    client: object, installation: Installation, clock: object
) -> None:
    lab = DoseLab(client, clock)  # type: ignore[arg-type]
    lab.load_study()
    lab.upload_list("A", "B")
    participant = lab.enrolled()
    batch = lab.reviewable(participant)
    assert sqlstate(installation, Kind.RELEASE, AS_RELEASED, batch=batch) == "BB053"
    for step in (lab.dispose, lab.certify):
        step(batch)
        assert lab.told("tom", f"/materials/{batch}/labels/open") == []
    lab.sponsor_release(batch)
    [label] = lab.told("tom", f"/materials/{batch}/labels/open")
    assert (label["layout"], label["payload"], label["fields"]["certified_by"]) == ("release", batch, "Quentin Person")
    assert label["fields"]["product"] == "smart-ms: frozen cells"

    kit = lab.plan_dose(participant)["kit"]
    session = lab.done("pia", f"/kits/{kit}/preparation")
    order = {"kit": kit, "participant": participant}
    answer = lab.post("pia", f"/units/{session['units'][0]}/thaw", order)
    assert refused(answer, 409, "label_not_read_back") == {"material": batch, "number": label["number"]}
    assert sqlstate(installation, Kind.THAW_UNIT, THAW, unit=session["units"][0]) == "BB040"
    read_labels_back(lab, batch)
    lab.done("pia", f"/units/{session['units'][0]}/thaw", order)

    again = {"reason": "The first one was smeared", "second": badge(lab.client, "paul", lab.as_("paul"))}
    for held in (batch, lab.told("quinn", f"/batches/{batch}")["donation"]):
        number = lab.done("bo", f"/materials/{held}/holds", HOLD)["number"]
        refused(lab.post("pia", f"/labels/{label['number']}/reprint", again), 409, "on_hold")
        assert sqlstate(installation, Kind.RELEASE, AS_RELEASED, batch=batch) == "BB053"
        lab.done("quinn", f"/materials/{held}/holds/{number}/lifting", {"reason": "It was a mistake"})
    assert lab.done("pia", f"/labels/{label['number']}/reprint", again)["copy_number"] == 2
    with psycopg.connect(installation.owner_url) as db:
        db.execute("ALTER TABLE label_print DISABLE TRIGGER USER")
        db.execute("UPDATE label_print SET state = 'void', read_back = NULL WHERE payload = %s", [batch])
    assert sqlstate(installation, Kind.THAW_UNIT, THAW, unit=session["units"][0]) == "BB040", "the batch's own label sits nowhere"
