"""A small history, once: both ways of asking say the same, and the bench ends with its line."""

from tests.benchmarks import history
from tests.benchmarks.conftest import Said
from tests.database import Server


def test_a_plot_and_a_ledger_say_what_the_raw_readings_say(server: Server, said: Said) -> None:
    history.measure(server, 20_000, rounds=1)
    told = said()
    assert (told["bench"], told["readings"], told["agree"]) == ("history", 20_000, True)
    assert told["warm_s"] > 600_000
    assert told["ratio"] == min(told["ratios"].values()) > 0
