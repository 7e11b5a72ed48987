"""400 clients at once, briefly: no rate is asked for, but every answer is there in time, and right."""

from tests.benchmarks import scan
from tests.benchmarks.conftest import Said
from tests.benchmarks.load import Generators, Load
from tests.benchmarks.stock import stocked


def test_400_clients_at_once_all_get_their_own_right_answers(said: Said) -> None:
    with stocked(scan.WORKERS) as stock, Generators() as generators:
        scan.measure(stock, generators, seconds=2, rounds=1)
        asked = scan.questions(stock, "story")  # these hold a thread and a connection of the pool each
        stories = generators.measure(stock.port, asked, Load(scan.CLIENTS, 6, warm_s=0))
        log = (stock.instance.home / "logs" / "serve.log").read_text()
    assert len(asked) > 50
    assert stories.all_right, stories.by_status
    assert "bug" not in log, log
    assert "Timeout" not in log, log
    told = said()
    assert (told["bench"], told["clients"], told["ratio"] > 0) == ("scan", scan.CLIENTS, True)
    for side in ("scan", "bare"):
        assert told[side]["answers"].keys() == {"200"}, told
        assert 0 < told[side]["p50_ms"] <= told[side]["p99_ms"]
