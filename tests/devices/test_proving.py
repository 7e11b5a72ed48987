"""Alarms are proven by the real road: device, broker, ingest, worker, and every way to everybody on duty."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from biobank import work
from biobank.act.acts import Acts
from biobank.act.kinds import Kind
from biobank.act.people import Person, Side, SignedBy
from biobank.clock import SystemClock
from biobank.monitoring import alarm_operations, proofs, queries
from biobank.monitoring.proof_schemas import PlanIn
from biobank.web.signature import SignatureIn
from devices import proving
from tests.database import Servers, begin_preparing
from tests.devices.conftest import IngestProcess
from tests.receivers import Hook, Mailbox, hook_server, mail_server
from tests.telemetry import SITE, Installation
from tests.waiting import until

pytestmark = pytest.mark.needs("mosquitto")

PROVES = """
INSERT INTO freezer VALUES (%(freezer)s, 'PROOF1', 'Proof of the alarms', 'GMP', -150, 0, 5, now(), 'proof');
INSERT INTO sensor VALUES (%(sensor)s, 'SPROOF', %(freezer)s, 'temperature', 'oslo', 'proof', 'none', 0, 'approved', now());
INSERT INTO contact VALUES (%(contact)s, 'GMP', 'Bo', now());
INSERT INTO contact_way VALUES (%(mail)s, %(contact)s, 1, 'email', 'bo@lab.example');
INSERT INTO contact_way VALUES (%(hook)s, %(contact)s, 2, 'webhook', %(url)s);
INSERT INTO duty VALUES (%(duty)s, %(contact)s, 3600, now());
"""
STAGES = "published_at, stored_at, raised_at, told_at, acknowledged_at"


@dataclass
class Place:
    """A facility whose alarms are proven, with everything that runs there; Bo is told of a usual alarm after an hour."""

    installation: Installation
    acts: Acts
    person: Person
    mailbox: Mailbox
    hook: Hook

    def plan(self, tell_s: int, acknowledge_s: int | None = None) -> None:
        """Sign how long a proof may take."""
        signed = SignedBy(self.person.id, self.person.name, "I approve this")
        first_at = self.acts.clock.now() + timedelta(days=1)
        signature = SignatureIn(username=self.person.username, password="not asked here", meaning=signed.meaning)
        why = "a shorter proof"
        order = PlanIn(first_at=first_at, tell_s=tell_s, acknowledge_s=acknowledge_s, reason=why, signature=signature)
        with self.acts.begin(self.person, Kind.PLAN_PROOFS, reason=why, signed=signed) as act:
            proofs.set_plan(act, queries.freezer(act.session, "PROOF1"), order)

    def prove(self) -> None:
        """Begin a proof by hand."""
        with self.acts.begin(self.person, Kind.PROVE_ALARMS, reason="before Christmas") as act:
            proofs.begin(act, queries.freezer(act.session, "PROOF1"))

    def last(self, what: str) -> tuple[Any, ...]:
        """What the last proof shows."""
        return self.installation.rows(f"SELECT {what} FROM alarm_proof ORDER BY number DESC LIMIT 1")[0]

    def ended(self) -> str:
        """How the last proof ended."""
        until(lambda: self.last("state") != ("running",))
        return str(self.last("state")[0])

    def open_alarms(self) -> dict[str, str]:
        """The alarms that stand about the freezer for proofs."""
        return dict(self.installation.rows("SELECT kind, state FROM alarm WHERE subject = 'PROOF1' AND closed_at IS NULL"))


@pytest.fixture
def place(ingest: IngestProcess, servers: Servers, engine_kind: str) -> Iterator[Place]:
    installation, stop = ingest.installation, Event()
    ids: dict[str, Any] = {name: uuid4() for name in ("freezer", "sensor", "contact", "mail", "hook", "duty")}
    with ExitStack() as ends:
        mailbox, hook = ends.enter_context(mail_server()), ends.enter_context(hook_server())
        with psycopg.connect(installation.owner_url, cursor_factory=psycopg.ClientCursor) as db:
            begin_preparing(db)
            db.execute(PROVES, ids | {"url": hook.url})
        acts = replace(installation.acts, clock=SystemClock())
        device = proving.device_of(acts, SITE, ingest.broker)
        environment = installation.environment | {"BIOBANK_SMTP_PORT": str(mailbox.port)}
        notifier = subprocess.Popen([sys.executable, "-m", "biobank.cli", "notify"], env=environment)
        running = [
            Thread(target=proving.run, args=(device, stop)),
            Thread(target=work.work, args=(acts, stop)),
        ]
        for thread in running:
            thread.start()
        try:
            yield Place(installation, acts, servers.of(engine_kind).people[Side.FACILITY], mailbox, hook)
        finally:
            stop.set()
            notifier.terminate()
            assert notifier.wait(15) == 0
            for thread in running:
                thread.join()


def test_a_proof_goes_the_whole_road_by_every_way_marked_as_a_test_and_touches_no_material(place: Place) -> None:
    place.prove()
    assert place.ended() == "passed", place.last("lacking")
    published, stored, raised, told, acknowledged = place.last(STAGES)
    assert published <= told
    assert stored <= raised <= told
    assert acknowledged is None
    [mail], [body] = place.mailbox.mails, place.hook.bodies
    assert mail["Subject"].startswith("TEST: Alarm: TEST, no freezer is warm: Freezer PROOF1 is too warm")
    assert "This is a test of the alarms" in mail.get_content()
    assert body["subject"] == mail["Subject"]
    until(lambda: place.open_alarms() == {})
    assert place.installation.rows("SELECT (SELECT count(*) FROM excursion), (SELECT count(*) FROM hold)") == [(0, 0)]

    place.plan(tell_s=60, acknowledge_s=60)
    place.prove()
    until(lambda: place.last("told_at") != (None,))
    assert place.last("state") == ("running",), "somebody is asked to acknowledge"
    with place.acts.begin(place.person, Kind.ACKNOWLEDGE_ALARM, reason="I am awake") as act:
        alarm_operations.acknowledge(act, [alarm for (alarm,) in place.installation.rows("SELECT max(number) FROM alarm")])
    assert place.ended() == "passed", place.last("lacking")
    assert None not in place.last(STAGES)
    assert len(place.mailbox.mails) == 2
    assert place.installation.rows("SELECT waiting FROM heartbeat WHERE process = 'notify'") == [(0,)]


def test_a_proof_fails_and_alarms_where_the_mail_server_or_the_ingest_is_dead(place: Place, ingest: IngestProcess) -> None:
    place.plan(tell_s=15)
    place.mailbox.refusing = True
    place.prove()
    assert place.ended() == "failed"
    [lacking] = place.last("lacking")
    assert lacking.startswith("the alarm was raised and not every way to everybody on duty took its notice; email to Bo: SMTP")
    assert [body["subject"].split()[0] for body in place.hook.bodies] == ["TEST:"], "the other way took it"
    until(lambda: place.open_alarms() == {"not_proven": "unacknowledged"})

    place.mailbox.refusing = False
    place.prove()
    assert place.ended() == "passed", place.last("lacking")
    until(lambda: place.open_alarms() == {"not_proven": "returned_unacknowledged"})

    place.plan(tell_s=10)
    ingest.kill()
    place.prove()
    assert place.ended() == "failed"
    assert place.last("lacking") == ("the reading was published and not stored",)
    until(lambda: place.open_alarms().get("not_proven") == "unacknowledged")
