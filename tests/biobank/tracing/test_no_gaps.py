"""From the patient to whatever was made for them and back: no material without its patient, and no patient without it."""

from tests.doses import DoseLab
from tests.path import HERE
from tests.telemetry import Installation
from tests.world import World

OF_PATIENTS = "SELECT code, kind FROM material WHERE kind NOT IN ('lot', 'rack', 'box')"
PEOPLE_OF_LOTS = """
    SELECT DISTINCT k.number FROM kit k JOIN preparation r ON r.kit_id = k.id JOIN fill f ON f.preparation_id = r.id
      JOIN lot l ON l.id = f.lot_id WHERE l.code = %s
"""


def two_patients(lab: DoseLab) -> set[str]:
    """Both with cells made and stored at the same facility, and a kit each."""
    lab.load_study()
    lab.upload_list("A", "A")
    patients = []
    for _ in range(2):
        patients.append(lab.enrolled())
        lab.made(patients[-1])
        lab.prepared(lab.plan_dose(patients[-1])["kit"], patients[-1])
    return set(patients)


def family(lab: DoseLab, code: str, way: str) -> set[str]:
    """The codes of everything that a thing was made of, or that was made of it, as QA reads them."""
    return {one["code"] for one in lab.told("quinn", f"/story/{code}")[way]}


def test_every_material_leads_to_one_patient_and_every_patient_to_all_of_theirs(lab: DoseLab, installation: Installation) -> None:
    patients = two_patients(lab)
    materials = installation.rows(OF_PATIENTS)
    assert {kind for _, kind in materials} == {"donation", "batch", "culture", "unit", "kit"}
    owner = {code: family(lab, code, "parents") & patients for code, _ in materials}
    assert [code for code, found in owner.items() if len(found) != 1] == [], "of nobody, or of two"
    for patient in patients:
        assert family(lab, patient, "children") == {code for code, found in owner.items() if found == {patient}}


def test_from_a_lot_one_comes_to_every_patient_who_received_of_it(world: World, installation: Installation) -> None:
    lab, saline = world.lab, world.lab.saline()
    kits = {number for (number,) in installation.rows(PEOPLE_OF_LOTS, saline)}
    assert kits == {world.things["kits"].code}
    assert kits <= family(lab, saline, "children")
    assert {one for kit in kits for one in family(lab, kit, "parents")} >= {world.participant, saline}


def test_who_gave_what_to_whom_is_told_from_the_kit_and_from_the_patient(world: World, installation: Installation) -> None:
    lab, kit = world.lab, world.things["kits"].code
    lab.give(kit, world.participant, "baseline")
    assert lab.told("quinn", f"/story/{kit}")["state"] == "accounted"
    given = "SELECT p.code, w.username FROM administration a JOIN kit k ON k.id = a.kit_id" + (
        " JOIN participant p ON p.id = k.participant_id JOIN person w ON w.id = a.given_by WHERE k.number = %s"
    )
    assert installation.rows(given, kit) == [(world.participant, "tess")]
    assert HERE in {one["place"] for one in lab.told("quinn", f"/story/{kit}")["events"]}
