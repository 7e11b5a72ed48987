"""New codes carry what the settings name: the two characters of the installation, or the facility number of ISBT 128."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier

import pytest

from biobank.act.acts import Overtaken
from biobank.act.kinds import Kind
from biobank.act.opening import acts_of
from biobank.act.people import Side
from biobank.custody import codes
from biobank.custody import operations as custody
from biobank.custody.tables import MaterialKind, Scope
from biobank.db.roles import Login
from biobank.settings import Settings
from labels.isbt128.numbers import DIVISIONS, Din, Facility, Part
from labels.local import CodeKind, parse
from tests.database import Database


@pytest.mark.parametrize(("named", "prefix"), [({}, "01"), ({"site_prefix": "7K"}, "7K")])
def test_a_new_code_carries_the_prefix_of_the_settings(database: Database, named: dict[str, str], prefix: str) -> None:
    address = str(database.engines.url(Login.DESK).set(username=None, password=None))
    settings = Settings(database_url=address, credentials=database.server.credentials, pool_size=1, **named)
    acts = acts_of(settings, database.clock)
    with acts.begin(database.people[Side.BEDSIDE], Kind.COLLECT) as act:
        code = codes.next_code(act, Scope.BEDSIDE, CodeKind.DONATION)
    acts.engines.dispose()
    assert parse(code).site == prefix


def test_no_two_donations_ever_get_one_number_however_many_are_registered_at_once(database: Database) -> None:
    valid = {"since": date(2026, 1, 1), "valid_until": date(2026, 12, 31)}
    facility = Facility(number="A9999", licence="Registration 7", first=40, **valid)
    acts, person = replace(database.acts, isbt128=facility), database.people[Side.BEDSIDE]
    together = Barrier(8)

    def registered(_: int) -> str:
        together.wait(10)
        with acts.begin(person, Kind.COLLECT) as act:
            return custody.register(act, MaterialKind.DONATION, codes.next_donation(act)).code

    with ThreadPoolExecutor(8) as pool:
        given = sorted(pool.map(registered, range(8)))
    assert given == [Din("A9999", "26", f"{sequence:06}").code for sequence in range(40, 48)]
    for first, sequence in ((1, "000048"), (100, "000100"), (1, "000101")):
        with replace(acts, isbt128=replace(facility, first=first)).begin(person, Kind.COLLECT) as act:
            assert codes.next_donation(act) == Din("A9999", "26", sequence).code, "no number is given twice, whatever is set"
    with pytest.raises(Overtaken), acts.begin(person, Kind.COLLECT) as act:
        custody.register(act, MaterialKind.DONATION, given[0])


def test_a_unit_beyond_the_last_division_of_its_donation_gets_a_code_of_the_site(database: Database) -> None:
    licensed = {"since": date(2026, 1, 1), "valid_until": date(2026, 12, 31)}
    facility = Facility(number="A9999", licence="Registration 7", unit="S13841", **licensed)
    donation = Din("A9999", "26", "000007")
    with replace(database.acts, isbt128=facility).begin(database.people[Side.FACILITY], Kind.FREEZE) as act:
        codes.next_numbers(act, Scope.FACILITY, f"{donation.number} parts", len(DIVISIONS) - 1)
        last, beyond = codes.next_unit(act, donation.code), codes.next_unit(act, donation.code)
    assert (last, parse(beyond).kind) == (Part(donation, "Zz").code, CodeKind.UNIT), "no cells wait for a number"
