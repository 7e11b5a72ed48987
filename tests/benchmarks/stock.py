"""An installation with something to scan: two participants, one of each sequence, walked until their kits are ready."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx2

from biobank.act.opening import acts_of
from biobank.clock import SimulatedClock
from biobank.db.roles import Login
from biobank.settings import Settings
from devices.trial.speaking import Speaker, client
from tests.doses import DoseLab
from tests.instance import PATIENCE_S, Instance, started
from tests.serving import first_administrators

BEGINS = datetime(2026, 3, 15, 9, tzinfo=UTC)
ASKED = {"tom": "facility", "quinn": "facility", "bo": "facility", "tess": "bedside", "mona": "bedside"}
"""Who scans: people of one place and of every place."""


@dataclass(frozen=True)
class Stock:
    """A running installation, its codes by the side that sees them, and the tokens of people."""

    instance: Instance
    port: int
    facility_url: str
    codes: dict[str, list[str]]
    tokens: dict[str, str]


@dataclass
class _Clock:
    """The simulated clock of another process, moved like one of this process."""

    file: SimulatedClock

    @property
    def at(self) -> datetime:
        """Where it stands."""
        return self.file.now()

    @at.setter
    def at(self, moment: datetime) -> None:
        self.file.set(moment)

    def now(self) -> datetime:
        """Where it stands."""
        return self.at

    def advance(self, step: timedelta) -> None:
        """Move forward by ``step``."""
        self.at += step


@contextmanager
def laboratory(workers: int = 2) -> Iterator[tuple[Instance, DoseLab]]:
    """An installation without anything in it, and people who work there; gone afterwards."""
    with started(workers=workers, working=False) as instance, client(instance.url) as http:
        _administrators(_settings(instance))
        Speaker(http, {}).wait(PATIENCE_S)
        clock = SimulatedClock(instance.home / "clock")
        clock.set(BEGINS)
        yield instance, DoseLab(http, _Clock(clock))
        clock.release()


@contextmanager
def stocked(workers: int = 2) -> Iterator[Stock]:
    """An installation with something to scan; gone afterwards."""
    with laboratory(workers) as (instance, lab):
        codes = _walk(lab)
        tokens = {who: lab.as_(who)["Authorization"].partition(" ")[2] for who in ASKED}
        yield Stock(instance, httpx2.URL(instance.url).port or 80, _facility_url(_settings(instance)), codes, tokens)


def _settings(instance: Instance) -> Settings:
    return Settings(database_url=instance.environment["DATABASE_URL"], home=instance.home, pool_size=2, clock="system")


def _administrators(settings: Settings) -> None:
    acts = acts_of(settings)
    first_administrators(acts, settings)
    acts.engines.dispose()


def _facility_url(settings: Settings) -> str:
    acts = acts_of(settings)
    url = acts.engines.url(Login.FACILITY).set(drivername="postgresql").render_as_string(hide_password=False)
    acts.engines.dispose()
    return url


def _walk(lab: DoseLab) -> dict[str, list[str]]:
    """Walk both sequences until their first kits are ready; the codes of everything, as the family trees tell them."""
    lab.load_study()
    lab.upload_list("A", "B")
    people, units = [], []
    for _ in range(2):
        participant = lab.enrolled()
        units += lab.made(participant).units
        lab.prepared(lab.plan_dose(participant)["kit"], participant)
        people.append(participant)
    kin = [one["code"] for person in people for one in lab.told("quinn", f"/story/{person}")["children"]]
    spots = [lab.told("quinn", f"/story/{unit}")["facts"] for unit in units]
    places = [spot[key] for spot in spots for key in ("position", "freezer") if spot[key]]
    everything = dict.fromkeys([*people, *kin, *places, lab.medium(), lab.saline()])
    seen = [code for code in everything if lab.get("tess", f"/scan/{code}").status_code == 200]
    return {"facility": list(everything), "bedside": seen}
