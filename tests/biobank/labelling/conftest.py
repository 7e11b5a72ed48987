"""Two sites of one facility, a participant at each, and people who print labels there."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from fastapi.testclient import TestClient

from biobank.act.acts import Act
from biobank.act.kinds import Kind
from biobank.act.people import Person, Role, Side
from biobank.clock import FixedClock
from biobank.custody import operations as custody
from biobank.custody import queries
from biobank.custody.tables import MaterialKind
from biobank.dispensing.tables import Kit, KitState
from biobank.donation.tables import Donation, DonationState
from biobank.labelling import operations
from labels import local
from tests.biobank.labelling import contents
from tests.database import begin_preparing
from tests.serving import badge, client, clock, hire
from tests.starts import OPENED, Start, There, starting
from tests.telemetry import Installation, installation

__all__ = ["client", "clock", "installation"]
Headers = dict[str, str]


@dataclass
class Bench:
    """The application, two participants, and somebody of every role that prints."""

    client: TestClient
    installation: Installation
    clock: FixedClock
    participants: dict[str, UUID]
    people: dict[str, Headers] = field(default_factory=dict)
    badges: dict[str, dict[str, str]] = field(default_factory=dict)

    def badge(self, who: str) -> dict[str, str]:
        """What somebody shows as a second person."""
        if who not in self.badges:
            self.badges[who] = badge(self.client, who, self.people[who])
        return self.badges[who]

    def get(self, who: str, road: str) -> Any:
        return self.client.get(road, headers=self.people[who])

    def post(self, who: str, road: str, **body: Any) -> Any:
        return self.client.post(road, json=body, headers=self.people[who])

    def read_back(self, who: str, number: int, read: str, scope: str = "") -> Any:
        """The answer to one label read back where it sits."""
        beside = f"?scope={scope}" if scope else ""
        return self.post(who, f"/api/labels/read-backs{beside}", labels=[{"number": number, "read": read}])

    def person(self, who: str) -> Person:
        token = self.people[who]["Authorization"].split()[1]
        return self.client.portal.call(self.client.app.state.find_caller, token).person  # type: ignore[no-any-return]

    @contextmanager
    def act(self, who: str, kind: Kind) -> Iterator[Act]:
        with self.client.app.state.acts.begin(self.person(who), kind) as act:
            yield act

    def donation(self, site: str = "01") -> tuple[str, int]:
        """A donation with its label; its code and the label's number."""
        with self.act(f"tess{site}", Kind.COLLECT) as act:
            return self._donated(act, site)

    def _donated(self, act: Act, site: str) -> tuple[str, int]:
        code = local.build("01", local.CodeKind.DONATION, 2026, int(site))
        made = custody.register(act, MaterialKind.DONATION, code)
        act.add(
            Donation(
                id=made.id, din=code, participant_id=self.participants[site], period=1, volume_ml=80,
                state=DonationState.COLLECTED, collected_by=act.person.id, collected_at=act.occurred_at,
            )
        )  # fmt: skip
        return code, operations.print_label(act, made, "donation", contents.DONATION, code).number

    def kit(self, site: str = "01") -> tuple[str, int]:
        """A planned kit with its label; its code and the label's number."""
        with self.act("pia", Kind.PLAN_DOSE) as act:
            code = local.kit_number(act.randomness.stream("kit", site))
            made = custody.register(act, MaterialKind.KIT, code)
            at = act.recorded_at
            act.add(
                Kit(
                    id=made.id, number=code, participant_id=self.participants[site], period=1, state=KitState.PLANNED,
                    window_at=at, available_at=at + timedelta(hours=2), expires_at=at + timedelta(hours=4), fill_volume_ml=5,
                )
            )  # fmt: skip
            return code, operations.print_label(act, made, "kit", contents.KIT, code).number

    def made_of(self, donation: str, kind: MaterialKind, layout: str, code: str) -> int:
        """Something that the facility made of a donation, with its label; the label's number."""
        with self.act("tom", Kind.ISOLATE) as act:
            root = queries.material(act.session, donation)
            made = custody.register(act, kind, code, root_id=root.id, parents=[root])
            return operations.print_label(act, made, layout, getattr(contents, layout.upper()), code).number


def _bench(there: There) -> Bench:
    client = there.client
    made = Bench(client, there.installation, there.clock, _participants(there.installation))
    for site in ("01", "02"):
        made.people[f"tess{site}"] = hire(client, f"tess{site}", Side.BEDSIDE, Role.TREATING, place=f"smart-ms/{site}")
    made.people["cora"] = hire(client, "cora", Side.BEDSIDE, Role.COURIER)
    made.people["tom"] = hire(client, "tom", Side.FACILITY, Role.TECHNICIAN, place="gmp-1")
    made.people["pia"] = hire(client, "pia", Side.FACILITY, Role.PREPARER)
    made.people["odd"] = hire(client, "odd", Side.FACILITY, Role.TECHNICIAN, place="gmp-2")
    return made


start = starting(OPENED.then("bench", _bench))


@pytest.fixture
def bench(start: Start, client: TestClient, installation: Installation, clock: FixedClock) -> Bench:
    known: Bench = start.found["bench"]
    return Bench(client, installation, clock, known.participants, deepcopy(known.people))


def _participants(installation: Installation) -> dict[str, UUID]:
    now = installation.acts.clock.now()
    study, version, facility = uuid4(), uuid4(), uuid4()
    made = {"01": uuid4(), "02": uuid4()}
    with psycopg.connect(installation.owner_url) as db:
        begin_preparing(db, now)
        db.execute("INSERT INTO study VALUES (%s, 'smart-ms', 'A study', %s)", [study, now])
        db.execute("INSERT INTO study_version VALUES (%s, %s, 'v1', '{}', '', %s)", [version, study, now])
        db.execute("INSERT INTO facility VALUES (%s, 'gmp-1', 'A facility')", [facility])
        for code, participant in made.items():
            site = uuid4()
            db.execute("INSERT INTO site VALUES (%s, %s, %s, 'A site', 'NO', %s)", [site, study, code, facility])
            values = [participant, local.participant_code("SM", code, 3), study, version, site, "consented", now]
            db.execute("INSERT INTO participant VALUES (%s, %s, %s, %s, %s, %s, %s, NULL, NULL)", values)
    return made
