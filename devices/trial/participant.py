"""One participant's way through the trial, from consent to the remains of the second kit, act by act."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from biobank.act.randomness import Randomness
from devices.trial.bench import Bench
from devices.trial.screening import eligible

MILLION = 1_000_000
COLLECTIONS = {1: ("collection-1", -42), 2: ("collection-2", 140)}
DOSES = {1: ("baseline", 0), 2: ("month-6", 182)}
UNIT_CELLS, RECOVERY, POOL_ML = 20 * MILLION, Decimal("0.8"), Decimal(5)


@dataclass
class Tally:
    """What became of one participant."""

    code: str = ""
    version: str = ""
    donations: int = 0
    units: int = 0
    stored: int = 0
    released: int = 0
    kits: int = 0
    administered: int = 0


@dataclass
class Participant:
    """The script of one participant at ``site``, whose first dose is due on ``baseline`` (00:00 UTC)."""

    bench: Bench
    randomness: Randomness
    number: int
    site: str
    baseline: datetime

    def __post_init__(self) -> None:
        self.tally = Tally()
        # apart, since what the facility makes depends on the arm: else its draws would move those of the bedside
        self.draw = self.randomness.stream("bedside", str(self.number))
        self.draw_at_facility = self.randomness.stream("facility", str(self.number))

    @property
    def treating(self) -> str:
        """The user name of whoever treats at this site."""
        return f"tess{self.site}"

    @property
    def pharmacist(self) -> str:
        """The user name of the pharmacist of this site."""
        return f"phil{self.site}"

    def at(self, day: int, hour: int, minute: int = 0) -> datetime:
        """A moment of a day counted from baseline."""
        return self.baseline + timedelta(days=day, hours=hour, minutes=minute)

    def walk(self) -> Iterator[datetime]:
        """Yields the moment at which the next acts are due; whoever drives puts the clock there, then goes on."""
        yield self.at(-60, 9)
        self._consent()
        yield self.at(-58, 9)
        way = f"/api/participants/{self.tally.code}/allocation"
        self.bench.act(self.treating, way, baseline_on=self.baseline.date().isoformat())
        self.bench.act(self.treating, f"/api/participants/{self.tally.code}/wristband")
        for period in (1, 2):
            yield from self._collection(period)
            yield from self._dose(period)

    def _consent(self) -> None:
        purposes = ["treatment", "biobank"] + (["future_research"] if self.draw(2) else [])
        told = self.bench.act(self.treating, "/api/participants", study=self.bench.study, site=self.site, purposes=purposes)
        self.tally.code, self.tally.version = told["code"], told["version"]
        values, attestations = eligible(self.tally.version, self.site)
        way = f"/api/participants/{self.tally.code}/screening"
        self.bench.act(self.treating, way, values=values, attestations=attestations)

    def _collection(self, period: int) -> Iterator[datetime]:
        visit, day = COLLECTIONS[period]
        way = f"/api/participants/{self.tally.code}"
        yield self.at(day - 1, 14)
        label = self.bench.act(self.treating, f"{way}/label-sets", visit=visit)["code"]
        yield self.at(day, 9)
        volume = str(25 + self.draw(30))
        taken = {"visit": visit, "participant": self.tally.code, "label": label, "volume_ml": volume}
        din = self.bench.act(self.treating, f"{way}/donations", **taken)["code"]
        self.tally.donations += 1
        self.bench.read_labels_back(self.treating, din)
        self.bench.carry(din, self.treating, "cora", "courier")
        yield self.at(day, 12)
        self.bench.carry(din, "cora", "tom", "gmp-1")
        received = {"participant": self.tally.code, "accepted": True, "temperature_c": "8.5", "container_intact": True}
        self.bench.act("tom", f"/api/donations/{din}/receipt", volume_ml=volume, **received)
        batch = self.bench.act("tom", f"/api/donations/{din}/routing")
        yield from (self._make_drug if batch["purpose"] == "drug" else self._keep)(period, din, batch["code"])

    def _isolate(self, din: str, batch: str) -> None:
        count = {"method": "NucleoCounter", "total_cells": 30 * MILLION, "viability_percent": "96"}
        self.bench.act("tom", f"/api/batches/{batch}/isolation", donation=din, **count)

    def _keep(self, period: int, din: str, batch: str) -> Iterator[datetime]:
        """The aspirate of the placebo period: isolated, frozen, stored, never released."""
        _, day = COLLECTIONS[period]
        yield self.at(day, 13)
        self._isolate(din, batch)
        self._freeze(batch, None, 2, 10 * MILLION)
        yield self.at(day + 4, 9)
        self._donor_tests(din, day)

    def _make_drug(self, period: int, din: str, batch: str) -> Iterator[datetime]:
        _, day = COLLECTIONS[period]
        yield self.at(day, 13)
        self._isolate(din, batch)
        first = self._seed(batch, None, 25 * MILLION, "500")
        yield self.at(day + 4, 9)
        self._donor_tests(din, day)
        self._feed(first)
        yield self.at(day + 8, 9)
        self._feed(first)
        yield self.at(day + 12, 9)
        self._harvest(first, (8 + self.draw_at_facility(4)) * MILLION)
        second = self._seed(batch, first, 6 * MILLION, "2000")
        yield self.at(day + 15, 9)
        self._feed(second)
        yield self.at(day + 19, 9)
        self._harvest(second, (175 + self.draw_at_facility(20)) * MILLION)
        units = self._freeze(batch, second, 8, UNIT_CELLS)
        yield self.at(day + 35, 9)
        self._results(batch)
        self._release(batch)
        self.tally.released += len(units)

    def _seed(self, batch: str, of: str | None, cells: int, area_cm2: str) -> str:
        vessels = {"vessel": "T-500", "vessels": max(1, int(area_cm2) // 500), "area_cm2": area_cm2}
        way = f"/api/batches/{batch}/cultures"
        return str(self.bench.act("tom", way, from_culture=of, cells_seeded=cells, **vessels)["code"])

    def _feed(self, culture: str) -> None:
        self.bench.act("tina", f"/api/cultures/{culture}/feeds", lot=self.bench.stock.lots["medium"], volume_ml="120")

    def _harvest(self, culture: str, cells: int) -> None:
        count = {"method": "NucleoCounter", "total_cells": cells, "viability_percent": "97.5"}
        self.bench.act("tom", f"/api/cultures/{culture}/harvest", **count)
        self.bench.act("tina", f"/api/cultures/{culture}/harvest/verification")

    def _freeze(self, batch: str, of: str | None, count: int, cells: int) -> list[str]:
        wanted = [{"viable_cells": cells, "volume_ml": "1.5"}] * count
        way = f"/api/batches/{batch}/freezing-runs"
        made = self.bench.act("tom", way, program="1 °C/min to −45 °C", from_culture=of, units=wanted)["units"]
        self.tally.units += len(made)
        self.bench.read_labels_back("tom", batch)
        for unit in made:
            self.bench.act("bo", f"/api/units/{unit['code']}/placement", position=self.bench.free_position())
            self.tally.stored += 1
        return [unit["code"] for unit in made]

    def _donor_tests(self, din: str, day: int) -> None:
        sampled = self.at(day, 0).date().isoformat()
        for marker in ("hiv_1_2", "hbsag", "anti_hbc", "anti_hcv", "syphilis"):
            self.bench.act("tina", f"/api/donations/{din}/donor-tests", marker=marker, reactive=False, sampled_on=sampled)

    def _results(self, batch: str) -> None:
        way = f"/api/batches/{batch}/results"
        for test, value in (("viability", "97.5"), ("endotoxin", "0.05"), ("hla_dr", "1.2")):
            self.bench.act("tina", way, test=test, value=value, method=_METHODS[test])
        for test in ("cd73", "cd90", "cd105"):
            self.bench.act("tina", way, test=test, value=str(96 + self.draw_at_facility(4)), method="flow cytometry")
        for test in ("cd34", "cd45", "cd14", "cd19"):
            self.bench.act("tina", way, test=test, value=f"0.{1 + self.draw_at_facility(8)}", method="flow cytometry")
        for test, finding in (("sterility", "no growth"), ("mycoplasma", "not detected"), ("karyotype", "normal")):
            self.bench.act("tina", way, test=test, finding=finding, method=_METHODS[test])

    def _release(self, batch: str) -> None:
        way = f"/api/batches/{batch}/trail-review"
        self.bench.act("quinn", way, up_to=self.bench.speaker.ask("quinn", way)["up_to"])
        for who, step, meaning in (
            ("quinn", "disposition", "I have reviewed this batch"),
            ("quentin", "certification", "I certify this batch"),
            ("sam", "sponsor-release", "I release this batch to the trial"),
        ):
            self.bench.sign(who, f"/api/batches/{batch}/{step}", meaning, verdict="approved")
        self.bench.read_labels_back("tom", batch)

    def _dose(self, period: int) -> Iterator[datetime]:
        visit, day = DOSES[period]
        yield self.at(day - 1, 10)
        self.weigh(period, Decimal(("113", "72.4")[self.number] if self.number < 2 else 48 + self.draw(60)))
        kit = self.plan(period)
        self.tally.kits += 1
        yield self.at(day, 9)
        self._prepare(kit)
        yield self.at(day, 11, 5)
        self.bench.carry(kit, "paul", self.pharmacist, f"{self.bench.study}/{self.site}")
        scanned = {"participant": self.tally.code, "visit": visit}
        self.bench.act(self.pharmacist, f"/api/kits/{kit}/retrieval", **scanned)
        yield self.at(day, 11, 30)
        self.bench.carry(kit, self.pharmacist, self.treating, "bedside")
        self.bench.act(self.treating, f"/api/kits/{kit}/administration", given_ml="4.8", remains_ml="0.2", **scanned)
        self.tally.administered += 1
        yield self.at(day, 13)
        self.bench.act(self.pharmacist, f"/api/kits/{kit}/remains", destroyed_ml="0.2")

    def weigh(self, period: int, weight_kg: Decimal) -> None:
        """Weigh before the dose of a period. Raises Refused."""
        way = f"/api/participants/{self.tally.code}/weights"
        self.bench.act(self.treating, way, period=period, weight_kg=str(weight_kg))

    def plan(self, period: int) -> str:
        """The number of the kit that is planned for nine o'clock of the day of a dose. Raises Refused."""
        way, window = f"/api/participants/{self.tally.code}/dose-plans", self.at(DOSES[period][1], 9).isoformat()
        return str(self.bench.act("pia", way, period=period, window_at=window)["kit"])

    def _prepare(self, kit: str) -> None:
        session = self.bench.act("pia", f"/api/kits/{kit}/preparation")
        if session["contains"] == "cells":
            for unit in session["units"][: session["units_to_thaw"]]:
                self.bench.act("pia", f"/api/units/{unit}/thaw", kit=kit, participant=self.tally.code)
            cells = session["units_to_thaw"] * UNIT_CELLS * RECOVERY
            pooled = {"viable_cells_per_ml": int(cells / POOL_ML), "volume_ml": str(POOL_ML), "viability_percent": "88"}
            self.bench.act("pia", f"/api/kits/{kit}/recount", method="NucleoCounter", **pooled)
        self.bench.act("pia", f"/api/kits/{kit}/fill", lot=self.bench.stock.lots["saline"])
        self.bench.read_labels_back("pia", kit)
        self.bench.sign("paul", f"/api/kits/{kit}/ready", "Checked and ready for use")


_METHODS = {
    "viability": "NucleoCounter",
    "endotoxin": "LAL",
    "hla_dr": "flow cytometry",
    "sterility": "membrane filtration",
    "mycoplasma": "PCR",
    "karyotype": "G-banding",
}
