"""A study with eligible participants and its sealed list, written by SQL: for tests of what the sealed functions answer."""

from uuid import UUID, uuid4

from sqlalchemy import text

from biobank.act.acts import Acts
from biobank.act.kinds import Kind
from biobank.act.people import Side
from tests.database import NOW, Database, begin_preparing

PARTICIPANT = """
INSERT INTO participant (id, code, study_id, version_id, site_id, state, consented_at) VALUES (%s, %s, %s, %s, %s, 'eligible', %s)
"""


def seed(database: Database, sites: dict[str, int]) -> list[UUID]:
    """A study with so many eligible participants at each site; returns them mixed."""
    study, version, facility = uuid4(), uuid4(), uuid4()
    made: list[list[UUID]] = []
    with database.admin() as db:
        begin_preparing(db)
        db.execute("INSERT INTO study (id, code, title, loaded_at) VALUES (%s, 'trial', 'Trial', %s)", [study, NOW])
        db.execute("INSERT INTO study_version VALUES (%s, %s, 'v1', '{}', '\\x00', %s)", [version, study, NOW])
        for sequence in "AB":
            plan = "INSERT INTO study_plan VALUES (gen_random_uuid(), %s, %s, 1, 'drug', 'cells', 1)"
            db.execute(plan, [version, sequence])
        db.execute("INSERT INTO facility VALUES (%s, 'gmp-1', 'Facility')", [facility])
        for code, count in sites.items():
            site = uuid4()
            db.execute("INSERT INTO site VALUES (%s, %s, %s, 'Site', 'NO', %s)", [site, study, code, facility])
            made.append(people := [uuid4() for _ in range(count)])
            for number, one in enumerate(people):
                db.execute(PARTICIPANT, [one, f"T-{code}-{number}", study, version, site, NOW])
    return [one for turn in zip(*made, strict=True) for one in turn]


def upload(acts: Acts, database: Database, *strata: str, length: int) -> None:
    """A list for every stratum, by the facility's login."""
    for stratum in strata:
        with acts.begin(database.people[Side.FACILITY], Kind.UPLOAD_ALLOCATION) as act:
            order = {"stratum": stratum, "sequences": ["A", "B"] * (length // 2)}
            upload = text("SELECT sealed.upload_list((SELECT id FROM study), :stratum, :sequences)")
            act.session.connection().execute(upload, order)
