"""A demonstration at mid-trial on an empty database: ``python -m devices.demonstration`` (`make run` does it once).

Simulated people walk the path over HTTP while the clock runs through the months before today; then it is released.
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from biobank.act.randomness import Randomness
from biobank.db.lasting import write_private
from biobank.settings import Settings
from devices.places import people_file
from devices.trial import calendar, founding
from devices.trial.bench import Bench
from devices.trial.doorway import open_door
from devices.trial.participant import Participant
from devices.trial.people import ADMINISTRATOR, VERIFIER, Member
from devices.trial.speaking import Speaker, client

BASELINES_AGO = (230, 180, 150, -10)
"""Days since the first dose was due, for two participants each: one in each arm, so that somebody waits for every step."""
WAITING = """
   {0} and {1} have had both doses.
   {2} and {3} are due for their second dose: weigh as tess{2:site} or tess{3:site}, then plan it and prepare the kit as pia.
   {4} or {5} has cells in culture: feed and harvest as tom, verify the count as tina.
   {6} or {7} has a batch that waits for results (tina) and release (quinn, then quentin, then sam).
"""
TOGETHER = 2
PATIENCE_S = 120.0


def load(settings: Settings, url: str) -> str:
    """Load the demonstration through the API at ``url``; returns who may log in. Raises Refused, TimeoutError."""
    members = (ADMINISTRATOR, VERIFIER, *founding.everybody())
    passwords = {one.username: secrets.token_urlsafe(9) for one in members}
    told = _told(members, passwords)
    write_private(people_file(settings.home), told)
    open_door(settings, passwords)
    with client(url) as http:
        speaker = Speaker(http, passwords)
        speaker.wait(PATIENCE_S)
        try:
            people = _run(speaker, settings.site, members[2:], passwords, Randomness(secrets.token_bytes(16)))
        finally:
            calendar.put_clock(speaker, None)
        _acknowledge_the_past(speaker)
    told += WAITING.format(*(_Named(one.tally.code, one.site) for one in people))
    write_private(people_file(settings.home), told)
    return told


class _Named(NamedTuple):
    """How a participant is told of: ``{0}`` is the code, ``{0:site}`` the site."""

    code: str
    site: str

    def __format__(self, wanted: str) -> str:
        return self.site if wanted == "site" else self.code


def _run(
    speaker: Speaker, site: str, members: tuple[Member, ...], passwords: dict[str, str], randomness: Randomness
) -> list[Participant]:
    today = datetime.now(UTC)
    baselines = [today - timedelta(days=ago) for ago in BASELINES_AGO for _ in range(TOGETHER)]
    calendar.put_clock(speaker, baselines[0] - timedelta(days=70))
    founding.enrol(speaker, members, passwords)
    stock = founding.found(speaker, founding.sequences(randomness, 3 * len(baselines), TOGETHER), site)
    bench = Bench(speaker, stock)
    people = calendar.enrolled(bench, randomness, baselines)
    calendar.run(speaker, [one.walk() for one in people], until=today, hands=2)
    return people


def _acknowledge_the_past(speaker: Speaker) -> None:
    """The freezers of the demonstration were silent in its past, which nobody who tries it out should have to wonder about."""
    if numbers := [one["number"] for one in speaker.ask("bo", "/api/alarms")]:
        reason = "The simulated freezers send readings only from today on."
        speaker.act("bo", "/api/alarms/acknowledgement", numbers=numbers, reason=reason)


def _told(members: tuple[Member, ...], passwords: dict[str, str]) -> str:
    lines = [f"{one.username:8} {passwords[one.username]:14} {one.side:9} {one.role:18} {one.name}" for one in members]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Load it into the installation that the environment names."""
    settings = Settings()
    load(settings, f"http://127.0.0.1:{settings.port}")


if __name__ == "__main__":
    main()
