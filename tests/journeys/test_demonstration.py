"""The demonstration of `make run`: everybody may log in, and for each step of the path somebody waits."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from biobank.settings import Settings
from devices.demonstration import load
from devices.places import people_file
from devices.trial.speaking import Speaker, client
from tests.instance import Instance, started

WAITING = """
SELECT p.code, coalesce(max(k.kits), 0),
       array_agg(DISTINCT b.purpose::text || ' ' || b.state::text || ' ' || coalesce(e.stages, 0))
  FROM participant p
  JOIN donation d ON d.participant_id = p.id
  JOIN batch b ON b.root_id = d.id
  LEFT JOIN (SELECT participant_id, count(*) AS kits FROM kit WHERE state = 'accounted' GROUP BY 1) k ON k.participant_id = p.id
  LEFT JOIN (SELECT batch_id, count(*) AS stages FROM decision WHERE verdict = 'approved' GROUP BY 1) e ON e.batch_id = b.id
 GROUP BY p.id ORDER BY p.consented_at
"""


@pytest.fixture(scope="module")
def loaded() -> Iterator[tuple[Instance, str]]:
    with started(workers=1, working=False) as instance:
        settings = Settings(database_url=instance.environment["DATABASE_URL"], home=instance.home, clock="simulated")
        yield instance, load(settings, instance.url)


def test_everybody_of_the_demonstration_may_log_in(loaded: tuple[Instance, str]) -> None:
    instance, told = loaded
    people = [line.split() for line in told.split("\n\n")[0].splitlines()]
    with client(instance.url) as http:
        speaker = Speaker(http, {one[0]: one[1] for one in people})
        for username, _, side, role, *_name in people:
            me = speaker.ask(username, "/api/me")
            assert (me["side"], role in me["roles"]) == (side, True)
        assert speaker.ask("ada", "/api/clock")["simulated"] is False, "the clock runs again"
    assert len({one[1] for one in people}) == len(people) > 20, "no password is shared"


def test_the_passwords_are_for_the_eyes_of_who_started_it(loaded: tuple[Instance, str]) -> None:
    file: Path = people_file(loaded[0].home)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_text(encoding="utf-8") == loaded[1]


def test_somebody_waits_for_each_step(loaded: tuple[Instance, str]) -> None:
    instance, told = loaded
    with psycopg.connect(instance.admin_url) as db:
        found = [(code, kits, sorted(batches)) for code, kits, batches in db.execute(WAITING)]
    assert [kits for _, kits, _ in found] == [2, 2, 1, 1, 1, 1, 0, 0]
    released = ["drug stored 3" in batches for _, _, batches in found]
    assert released[:4] == [True] * 4
    assert sum("drug growing 0" in batches for _, _, batches in found[4:6]) == 1
    assert sum("drug stored 0" in batches for _, _, batches in found[6:]) == 1
    assert all(code in told for code, _, _ in found)
