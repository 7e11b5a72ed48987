"""400 clients at once, briefly: no rate is asked for, but every answer is there in time, and right."""

from tests.benchmarks.load import Answers, Generators, Load
from tests.benchmarks.scan import CLIENTS, questions
from tests.benchmarks.stock import Stock, stocked


def test_400_clients_at_once_all_get_their_own_right_answers() -> None:
    with stocked() as stock, Generators() as generators:
        scans = _asked(generators, stock, "scan", 2)
        stories = _asked(generators, stock, "story", 4)  # these hold a thread and a connection of the pool each
        log = (stock.instance.home / "logs" / "serve.log").read_text()
    assert scans.all_right, scans.by_status
    assert stories.all_right, stories.by_status
    assert scans.by_status.total() >= CLIENTS
    assert "bug" not in log, log
    assert "Timeout" not in log, log


def _asked(generators: Generators, stock: Stock, route: str, seconds: float) -> Answers:
    asked = questions(stock, route)
    assert len(asked) > 50
    return generators.measure(stock.port, asked, Load(CLIENTS, seconds, warm_s=0))
