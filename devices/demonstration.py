"""A demonstration at mid-trial on an empty database: ``python -m devices.demonstration`` (`make run` does it once).

Simulated people walk the path over HTTP while the clock runs through the months before today; then it is released.
"""

import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from biobank.access import operations as access
from biobank.access.schemas import PersonIn
from biobank.act.people import Role, Side
from biobank.act.randomness import Randomness
from biobank.app import acts_of
from biobank.settings import Settings
from devices.services import SITE
from devices.trial import calendar, founding
from devices.trial.bench import Bench
from devices.trial.people import ADMINISTRATOR, Member
from devices.trial.speaking import Speaker, client

PARTICIPANTS = 8
TOGETHER = 2
FIRST_BASELINE_AGO = timedelta(days=230)
APART = timedelta(days=80)
"""Baselines 230, 150 and 70 days ago and one in 10 days: every step of the path is somebody's next."""
PATIENCE_S = 120.0


def people_file(home: Path) -> Path:
    """Where the people of the demonstration and their passwords stand, for the person who started it."""
    return home / "demonstration-people.txt"


def load(settings: Settings, url: str) -> str:
    """Load the demonstration through the API at ``url``; returns who may log in. Raises Refused, TimeoutError."""
    members = (ADMINISTRATOR, *founding.everybody())
    passwords = {one.username: secrets.token_urlsafe(9) for one in members}
    told = _told(members, passwords)
    _write_private(people_file(settings.home), told)
    _first(settings, passwords)
    speaker = Speaker(client(url), passwords)
    speaker.wait(PATIENCE_S)
    try:
        _run(speaker, members[1:], passwords, Randomness(secrets.token_bytes(16)))
    finally:
        calendar.put_clock(speaker, None)
    return told


def _run(speaker: Speaker, members: tuple[Member, ...], passwords: dict[str, str], randomness: Randomness) -> None:
    today = datetime.now(UTC)
    first = today - FIRST_BASELINE_AGO
    calendar.put_clock(speaker, first - timedelta(days=70))
    founding.enrol(speaker, ADMINISTRATOR.username, members, passwords)
    stock = founding.found(speaker, founding.sequences(randomness, PARTICIPANTS * 3), SITE)
    bench = Bench(speaker, stock)
    people = calendar.enrolled(bench, randomness, first, PARTICIPANTS, together=TOGETHER, apart=APART)
    calendar.run(speaker, [one.walk() for one in people], until=today, hands=2)


def _first(settings: Settings, passwords: dict[str, str]) -> None:
    order = PersonIn(
        username=ADMINISTRATOR.username,
        name=ADMINISTRATOR.name,
        side=Side.DESK,
        roles=frozenset({Role.ADMINISTRATOR}),
        password=passwords[ADMINISTRATOR.username],
    )
    acts = acts_of(settings)
    access.enrol_first(acts, order)
    acts.engines.dispose()


def _told(members: tuple[Member, ...], passwords: dict[str, str]) -> str:
    lines = [f"{one.username:8} {passwords[one.username]:14} {one.side:9} {one.role:18} {one.name}" for one in members]
    return "\n".join(lines) + "\n"


def _write_private(file: Path, text: str) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(text)


def main() -> None:
    """Load it into the installation that the environment names."""
    settings = Settings()
    load(settings, f"http://127.0.0.1:{settings.port}")


if __name__ == "__main__":
    main()
