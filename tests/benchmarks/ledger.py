"""How long 100 labels take through the API, each with its entry in the ledger, in the trail and in the queue of a printer."""

import time
from statistics import median

from tests.benchmarks.stock import laboratory
from tests.bodies import freezing
from tests.serving import badge

LABELS, ROUNDS = 100, 7
MOST_S = 0.5


def measure() -> dict[str, float]:
    """Seconds for 100 labels in one act: of frozen units, printed again with a second person before they are stuck on."""
    with laboratory(workers=1) as (_, lab):
        lab.load_study()
        lab.upload_list("A")
        batch = lab.isolated(lab.enrolled())
        culture = lab.harvested(batch)
        began = time.perf_counter()
        made = lab.done("tom", f"/batches/{batch}/freezing-runs", freezing(culture, LABELS, 1_000_000))
        frozen_s = time.perf_counter() - began
        numbers = [lab.told("tom", f"/materials/{unit['code']}/labels")[0]["number"] for unit in made["units"]]
        order = {"reason": "The roll was smeared", "second": badge(lab.client, "pia", lab.as_("pia"))}
        taken = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            copies = lab.done("tom", "/labels/reprints", {**order, "numbers": numbers})
            taken.append(time.perf_counter() - began)
            assert len(copies) == LABELS
        return {"ledger_labels": LABELS, "ledger_s": round(median(taken), 3), "with_units_s": round(frozen_s, 3)}
