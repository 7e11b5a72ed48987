"""Which codes of an act nobody scanned stands in the trail with the act, and with no other."""

from uuid import uuid4

import pytest

from biobank.act.acts import RefusedByDatabase
from biobank.act.kinds import Kind
from biobank.act.people import Side
from biobank.act.tables import TypedCode
from tests.database import Database

pytestmark = pytest.mark.every_postgresql
TYPED = "SELECT a.kind, t.field FROM typed_code t JOIN audit.act a ON a.id = t.act_id"


@pytest.mark.parametrize(("side", "kind"), [(Side.BEDSIDE, Kind.COLLECT), (Side.FACILITY, Kind.RECEIVE_LOT)])
def test_an_act_tells_which_codes_were_typed(database: Database, side: Side, kind: Kind) -> None:
    with database.acts.begin(database.people[side], kind, typed=["kit", "units.0.position"]):
        pass
    assert sorted(database.rows(TYPED)) == [(kind.value, "kit"), (kind.value, "units.0.position")]
    assert database.rows("SELECT count(*) FROM audit.entry WHERE table_name = 'public.typed_code'") == [(2,)]


def test_no_act_tells_so_of_another(database: Database) -> None:
    person = database.people[Side.FACILITY]
    with database.acts.begin(person, Kind.RECEIVE_LOT) as earlier:
        pass
    with pytest.raises(RefusedByDatabase, match="BB046"), database.acts.begin(person, Kind.RECEIVE_LOT) as act:
        act.add(TypedCode(id=uuid4(), act_id=earlier.id, field="kit"))
    assert database.rows(TYPED) == []
