"""How long labels take through the API, each with its entry in the ledger, in the trail and in the queue of a printer."""

import time
from statistics import median

from tests.bodies import freezing
from tests.path import Lab
from tests.serving import badge

LABELS, MOST_S = 100, 0.5


def measure(lab: Lab, labels: int, rounds: int) -> dict[str, float]:
    """Seconds for labels in one act: of frozen units, printed again with a second person before they are stuck on."""
    batch = lab.isolated(lab.enrolled())
    culture = lab.harvested(batch)
    began = time.perf_counter()
    made = lab.done("tom", f"/batches/{batch}/freezing-runs", freezing(culture, labels, 1_000_000))
    frozen_s = time.perf_counter() - began
    numbers = [unit["label"] for unit in made["units"]]
    order = {"reason": "The roll was smeared", "second": badge(lab.client, "pia", lab.as_("pia"))}
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        copies = lab.done("tom", "/labels/reprints", {**order, "numbers": numbers})
        taken.append(time.perf_counter() - began)
        assert len(copies) == labels
    return {"ledger_labels": labels, "ledger_s": round(median(taken), 3), "with_units_s": round(frozen_s, 3)}
