"""What stands on labels in these tests, as long as it gets on the path."""

IDENTITY = "SM-01-003-J"
DONATION = {"participant": IDENTITY, "collected_at": "2026-03-15 09:42 UTC", "volume": "80.000 ml"}
AT_THE_BEDSIDE = {"not_evaluated": "yes"}
"""What stands on labels of marrow beside what they were asked to say."""
BATCH = {"identity": IDENTITY, "product": "Autologous bone marrow MSC", "started_at": "2026-03-15 14:00 UTC"}
CULTURE = {
    "passage": "P1",
    "identity": IDENTITY,
    "batch": "LX01B26000012N",
    "vessel": "CellSTACK 5-chamber × 4",
    "seeded_at": "2026-03-16 10:05 UTC",
}
UNIT = {"identity": IDENTITY, "contents": "20e6 viable in 2.000 ml", "frozen_on": "2026-12-10"}
KIT = {
    "participant": IDENTITY,
    "visit": "injection-1: First injection",
    "trial": "smart-ms",
    "route": "intrathecal",
    "volume": "5.00 ml",
    "use_before": "2026-12-12 16:00 UTC",
    "contact": "Helse Bergen HF",
}
