"""A small history, once: both ways of asking say the same, and the bench ends with its line."""

import json

import pytest

from tests.benchmarks import history


def test_a_plot_and_a_ledger_say_what_the_raw_readings_say(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "ROUNDS", 1)
    history.main(20_000)
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["bench"], told["readings"], told["agree"]) == ("history", 20_000, True)
    assert told["warm_s"] > 600_000
