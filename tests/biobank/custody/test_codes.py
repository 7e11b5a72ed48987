"""New codes carry the two characters of the installation that the settings name."""

import pytest

from biobank.act.kinds import Kind
from biobank.act.opening import acts_of
from biobank.act.people import Side
from biobank.custody import codes
from biobank.custody.tables import Scope
from biobank.db.roles import Login
from biobank.settings import Settings
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
