"""Every benchmark, with tiny amounts: no rate is asked for, but each comes to its line, whose figures agree with each other."""

from typing import Any

import pytest

from tests.benchmarks import alarm, audit, ingest, labels, lasting, verify
from tests.benchmarks.conftest import Said
from tests.database import Server
from tests.path import Lab
from tests.serving import client, clock
from tests.starts import starting, with_study
from tests.telemetry import installation

__all__ = ["client", "clock", "installation"]
start = starting(with_study(Lab, "A"))


def rounded(value: float) -> Any:
    """``value``, of which the parts were rounded."""
    return pytest.approx(value, rel=0.05)


def test_the_trail_is_measured_beside_none_and_every_change_stands_in_it(server: Server, said: Said) -> None:
    audit.measure(server, audit.Amounts(clients=2, processes=1, seconds=0.5, rounds=2, lots=5))
    told = said()
    assert (told["bench"], told["clients"], told["rounds"], told["seconds"]) == ("audit", 2, 2, 2.0)
    assert told["every_change_in_the_trail"]
    assert told["ratio"] == rounded(told["with_trail_per_second"] / told["without_trail_per_second"])
    assert told["median_of_rounds"] > 0


def test_a_log_is_verified_in_so_many_seconds_and_one_changed_byte_in_it_named(server: Server, said: Said) -> None:
    verify.measure(server, entries=200)
    told = said()
    assert (told["bench"], told["good"], told["one_changed_byte_named"]) == ("verify", True, True)
    assert told["entries"] >= 200
    assert told["acts"] >= 200 // verify.OF_AN_ACT
    assert min(told["leaves"], told["heads"], told["cores"]) > 0
    assert told["ratio"] == rounded(told["most_seconds"] / told["seconds"])


def test_labels_are_measured_on_paper_and_through_the_api(lab: Lab, said: Said) -> None:
    labels.measure(lab, labels=5, entered=2, rounds=1)
    told = said()
    assert (told["bench"], told["labels"], told["ledger_labels"]) == ("labels", 5, 2)
    assert told["ratio"] == rounded(told["labels_per_second"] / told["bare_per_second"])
    assert min(told["bytes"], told["ledger_s"], told["with_units_s"]) > 0


@pytest.mark.needs("mosquitto")
def test_alarms_are_measured_until_they_are_committed_published_and_told(server: Server, said: Said) -> None:
    alarm.measure(server, samples=2, per_second=5 * alarm.BEATS)
    told = said()
    assert (told["bench"], told["samples"], told["background_per_second"]) == ("alarm", 2, 100)
    for way in ("bare", "committed", "published", "told"):
        assert 0 < told[f"{way}_p50_ms"] <= told[f"{way}_p99_ms"]
    assert told["told_p50_ms"] >= told["committed_p50_ms"]
    assert told["ratio"] == rounded(told["published_p50_ms"] / told["bare_p50_ms"])


@pytest.mark.needs("mosquitto", "mosquitto_sub", "psql")
def test_the_ingest_is_measured_beside_every_other_way(server: Server, said: Said) -> None:
    ingest.measure(server, rounds=1, messages={1: 400, 20: 200}, paced_s=0.2, minutes=0.02)
    told = said()
    rate, ratios = told["per_second"], told["ratios"]
    assert (told["bench"], rate.keys(), ratios.keys()) == ("ingest", ingest.WAYS.keys(), ingest.LEAST.keys())
    assert min(rate.values()) > 0
    assert ratios["one_beside_pipe"] == rounded(rate["ours_1"] / rate["pipe_1"])
    assert ratios["one_beside_paho"] == rounded(rate["ours_1"] / rate["paho_1"])
    assert ratios["twenty_beside_pipe"] == rounded(rate["ours_20"] / rate["pipe_1"])
    assert ratios["twenty_beside_copy"] == rounded(rate["ours_20"] / rate["copy_20"])
    assert ratios["echo_p99"] == rounded(told["echo"]["p99_ms"] / told["receipt"]["p99_ms"])
    assert told["ratio"] == rounded(min(ratios[name] / least for name, least in told["least"].items()))
    assert ([minute["mib"] > 0 for minute in told["minutes"]], told["flat"], told["most_mib"] > 0) == ([True], True, True)
    assert [lasting.is_flat([{"mib": 200}, {"mib": last}]) for last in (220, 221)] == [True, False]
