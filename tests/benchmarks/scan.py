"""The rate of scans beside that of the bare framework: in turns, in the same run, on the same machine and database.

400 clients scan codes of every kind in the sessions of people of both sides; every body is compared with what it must be.
"""

import json
from collections.abc import Iterable
from statistics import median

import httpx2

from biobank.tracing.rules import read
from tests.benchmarks.bare import bare
from tests.benchmarks.figures import figure
from tests.benchmarks.load import Answers, Generators, Load, Question
from tests.benchmarks.stock import ASKED, Stock, stocked

CLIENTS, SECONDS, ROUNDS, WORKERS = 400, 20, 5, 2
LEAST = 0.4
"""Sessions, rights, holds and two statements instead of one may cost this much."""


def main() -> int:
    """Measure in a stocked installation of its own."""
    with stocked(WORKERS) as stock, Generators() as generators:
        return measure(stock, generators)


def measure(stock: Stock, generators: Generators, seconds: float = SECONDS, rounds: int = ROUNDS) -> int:
    """Measure, print, and end with 0 only where everything was answered rightly and fast enough."""
    with bare(stock.facility_url, WORKERS) as port:
        print(f"{len(stock.codes['facility'])} codes, {len(stock.tokens)} people, {CLIENTS} clients, {rounds} rounds in turns.")
        load = Load(CLIENTS, seconds / rounds)
        ours, plain = questions(stock), _plain_questions(stock, port)
        taken = []
        for number in range(rounds):
            reference = generators.measure(port, plain, load)
            scan = generators.measure(stock.port, ours, load)
            taken.append((scan, reference))
            print(f"  round {number + 1}: scan {scan.per_second:.0f}/s, bare {reference.per_second:.0f}/s", flush=True)
    return _verdict(taken)


def questions(stock: Stock, route: str = "scan") -> tuple[Question, ...]:
    """Everybody's scans of everything that they see, with the answers that they get when nobody else asks."""
    with httpx2.Client(base_url=stock.instance.url) as http:
        return tuple(_question(http, f"/api/{route}/{code}", stock.tokens[who]) for code, who in _scans(stock))


def _plain_questions(stock: Stock, port: int) -> tuple[Question, ...]:
    """The same codes in the same order, asked of the bare application."""
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as http:
        return tuple(_question(http, f"/{read(code)[0]}/{code}", stock.tokens[who]) for code, who in _scans(stock))


def _scans(stock: Stock) -> Iterable[tuple[str, str]]:
    """Codes with who scans them, so that people take turns."""
    return ((code, who) for code in stock.codes["facility"] for who, side in ASKED.items() if code in stock.codes[side])


def _question(http: httpx2.Client, path: str, token: str) -> Question:
    answer = http.get(path, headers={"Authorization": f"Bearer {token}"}).raise_for_status()
    return Question.get(path, token, answer.content)


def _verdict(rounds: list[tuple[Answers, Answers]]) -> int:
    scan, reference = rounds[0]
    for ours, plain in rounds[1:]:
        scan, reference = scan + ours, reference + plain
    ratio = figure(scan.per_second / reference.per_second)
    told = {
        "bench": "scan",
        "ratio": ratio,
        "least": LEAST,
        "median_of_rounds": figure(median(ours.per_second / plain.per_second for ours, plain in rounds)),
        "clients": CLIENTS,
        "seconds": scan.seconds,
        "workers": WORKERS,
        "scan": _told(scan),
        "bare": _told(reference),
    }
    print(json.dumps(told))
    return 0 if ratio >= LEAST and scan.all_right and reference.all_right else 1


def _told(answers: Answers) -> dict[str, object]:
    return {
        "per_second": round(answers.per_second),
        "p50_ms": answers.waited_ms(0.5),
        "p99_ms": answers.waited_ms(0.99),
        "answers": dict(answers.by_status),
    }
