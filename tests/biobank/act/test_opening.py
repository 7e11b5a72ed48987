"""The clock of an installation: a simulated one is refused by every database that is not marked as a demonstration."""

from pathlib import Path

import pytest

from biobank.act.opening import NotADemonstration, clock_of
from biobank.clock import SystemClock
from biobank.db.roles import Login
from biobank.settings import Settings
from tests.database import Database


@pytest.mark.parametrize("login", [Login.DESK, Login.INGEST])  # by way of which the API and the worker, and the ingest, ask
def test_records_in_earnest_refuse_a_simulated_clock(database: Database, tmp_path: Path, login: Login) -> None:
    simulated = Settings(home=tmp_path, clock="simulated")
    with pytest.raises(NotADemonstration):
        clock_of(simulated, database.engines.of(login))
    assert isinstance(clock_of(Settings(home=tmp_path), database.engines.of(login)), SystemClock)
