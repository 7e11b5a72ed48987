"""One filled-in label of every layout."""

from labels.documents import Label
from labels.scanner_check import SYMBOL

PARTICIPANT = "SM-01-003-J"

EXAMPLES = [
    Label("aspirate", {"participant": PARTICIPANT, "collected_at": "2026-11-21 09:15 UTC"}, "LX01A260000097"),
    Label(
        "donation",
        {"participant": PARTICIPANT, "collected_at": "2026-11-21 09:15 UTC", "volume": "38 mL"},
        "LX01D26000123L",
    ),
    Label(
        "culture",
        {
            "identity": PARTICIPANT,
            "passage": "P1",
            "batch": "LX01B26000012N",
            "vessel": "T175 flask 2 of 4",
            "seeded_at": "2026-11-23 10:05 UTC",
        },
        "LX01C26000017J",
    ),
    Label(
        "unit",
        {"identity": PARTICIPANT, "contents": "MSC P2 10e6 in 1.0 mL", "frozen_on": "2026-12-10"},
        "LX01U26000041G",
    ),
    Label(
        "sample",
        {
            "identity": PARTICIPANT,
            "taken_from": "LX01C26000017J",
            "test": "Sterility, Ph. Eur. 2.6.27, aerobic and anaerobic bottle",
            "taken_at": "2026-12-10 08:30 UTC",
        },
        "LX01S260000086",
    ),
    Label(
        "kit",
        {
            "participant": PARTICIPANT,
            "visit": "V4, period 1",
            "trial": "SMART-MS",
            "route": "Intrathecal",
            "volume": "4.0 mL",
            "use_before": "2026-12-12 16:00 UTC",
            "storage": "2 to 8 °C",
            "contact": "Sykehusapoteket, Åse Ødegård, +47 55 00 00 00",
        },
        "B7K2Q9XMG",
    ),
    Label(
        "transport",
        {
            "sender": "Haukeland universitetssjukehus, Nevrologisk avdeling, Jonas Lies vei 65, 5021 Bergen",
            "receiver": "Ex vivo-senteret, Åsta Bjørnsen, Øvre Ullevål 4, 0450 Oslo",
            "packed_at": "2026-11-21 09:40 UTC",
            "temperature": "2 to 8 °C",
        },
        "LX01T26000003M",
    ),
    Label("cap", {}, "LX01U26000041G"),
    Label(
        "bag",
        {
            "identity": PARTICIPANT,
            "product": "Autologous bone marrow MSC in cryoprotectant with 10 % DMSO",
            "contents": "MSC P2 80e6 in 20 mL",
            "volume": "20 mL",
            "frozen_on": "2026-12-10",
            "storage": "below −150 °C",
        },
        "LX01U26000042E",
    ),
    Label("rack", {"freezer": "LN2 tank 2", "place": "Rack 4"}, "LX01K260009109"),
    Label("box", {"freezer": "LN2 tank 2", "place": "Rack 4, box 12"}, "LX01X26000911B"),
    Label(
        "carton",
        {
            "participant": PARTICIPANT,
            "visit": "V4, period 1",
            "trial": "SMART-MS",
            "site": "Haukeland universitetssjukehus, Nevrologisk avdeling, Jonas Lies vei 65, 5021 Bergen",
            "investigator": "Bjørn Ærlig Håkonsen",
            "contact": "Åse Ødegård, Sykehusapoteket, Jonas Lies vei 65, 5021 Bergen, +47 55 00 00 00",
            "sponsor": "Helse Bergen HF",
            "substance": "Autologous bone marrow MSC, 10e6 viable cells/mL, or placebo",
            "form": "Suspension for injection",
            "route": "Intrathecal",
            "quantity": "1 syringe with 4.0 mL",
            "directions": "Inject slowly within ten minutes, see the protocol",
            "storage": "2 to 8 °C, do not freeze, do not shake",
            "use_before": "2026-12-12 16:00 UTC",
        },
        "B7K2Q9XMG",
    ),
    Label("scanner", {}, SYMBOL),
    Label("wristband", {"trial": "smart-ms", "site": "01 Haukeland universitetssjukehus"}, PARTICIPANT),
    Label("position", {"freezer": "LN2 tank 2", "place": "Rack 4, box 12, slot A9"}, "LX01P26000912Z"),
    Label(
        "batch",
        {"identity": PARTICIPANT, "product": "Autologous bone marrow MSC", "started_at": "2026-11-22 08:00 UTC"},
        "LX01B26000012N",
    ),
    Label(
        "release",
        {
            "identity": PARTICIPANT,
            "product": "Autologous bone marrow MSC, 80e6 viable cells in 4.0 mL",
            "batch": "LX01B26000012N",
            "use_before": "2026-12-12 16:00 UTC",
            "released_at": "2026-12-12 08:00 UTC",
            "certified_by": "Bjørn Ærlig Håkonsen",
        },
        "LX01B26000012N",
    ),
]
