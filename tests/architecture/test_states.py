"""docs/states.md says what the rules say, and no column of states is missing from it."""

import pytest

from biobank.states import PAGE, Machine, machines, page
from tests.states import state_columns


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "`./manage states` writes it anew"


def test_every_column_of_states_has_its_table_of_what_follows() -> None:
    columns = state_columns()
    assert len(columns) > 10
    assert {states.__name__ for states in columns.values()} <= {machine.states.__name__ for machine in machines()}


@pytest.mark.parametrize("machine", machines(), ids=lambda machine: machine.title)
def test_every_state_is_reached_from_the_first_and_says_what_follows(machine: Machine) -> None:
    assert set(machine.next) == set(machine.states)
    reached, seen = [next(iter(machine.states))], set()
    while reached:
        seen.add(state := reached.pop())
        reached += machine.next[state] - seen
    assert seen == set(machine.states)
