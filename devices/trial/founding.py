"""What stands before the first participant: people, the study, the sealed list, freezers, positions and lots."""

from dataclasses import dataclass, field

from biobank.act.randomness import Randomness
from biobank.studies.load import DEFINITIONS
from devices.trial.doorway import document_of
from devices.trial.people import ADMINISTRATOR, FACILITY, VERIFIER, Member, crew
from devices.trial.speaking import Speaker

STUDY = "smart-ms"
SLOTS = [f"{row}{column}" for row in "ABCDEFGHIJ" for column in range(1, 11)]
TRAINED_UNTIL = "2040-01-01T00:00:00Z"
EXPIRES = "2035-01-01T00:00:00Z"
LOTS = (("medium", "Alpha-MEM with platelet lysate"), ("cryoprotectant", "Freezing medium"), ("saline", "Sodium chloride 0.9 %"))


@dataclass
class Stock:
    """What the facility has: lots by kind, the codes of its freezers, sensors and free positions."""

    lots: dict[str, str] = field(default_factory=dict)
    freezers: list[str] = field(default_factory=list)
    sensors: list[str] = field(default_factory=list)
    positions: list[str] = field(default_factory=list)


def enrol(speaker: Speaker, members: tuple[Member, ...], passwords: dict[str, str]) -> None:
    """Enrol everybody, as one administrator; the other one sees who they are."""
    for one in members:
        seen = {"document": document_of(one), "shown": "passport (made up)", "verifier": VERIFIER.username}
        speaker.act(
            ADMINISTRATOR.username,
            "/api/people",
            username=one.username,
            name=one.name,
            side=one.side,
            roles=[one.role],
            place=one.place,
            password=passwords[one.username],
            trained_until=TRAINED_UNTIL,
            delegated_until=TRAINED_UNTIL,
            identity=seen | {"password": passwords[VERIFIER.username]},
        )


def sequences(randomness: Randomness, participants: int, block: int = 6) -> list[str]:
    """A list of A and B in shuffled blocks with as many of each."""
    draw, drawn = randomness.stream("allocation list"), list[str]()
    while len(drawn) < participants:
        left = list("AB" * (block // 2))
        drawn += [left.pop(draw(len(left))) for _ in range(block)]
    return drawn[:participants]


def found(speaker: Speaker, drawn: list[str], site: str, boxes: int = 2) -> Stock:
    """Load the study and its list; register two freezers of ``boxes`` boxes each, with a probe, and a lot of each kind."""
    text = (DEFINITIONS / f"{STUDY}.toml").read_text(encoding="utf-8")
    speaker.act("stella", "/api/studies", definition=text)
    speaker.act("stan", f"/api/studies/{STUDY}/allocation-list", stratum="all", sequences=drawn)
    stock = Stock()
    for kind, name in LOTS:
        lot = {"kind": kind, "name": name, "supplier": "Supplier (made up)", "supplier_lot": "L-1", "expires_at": EXPIRES}
        stock.lots[kind] = speaker.act("tom", "/api/lots", **lot)["code"]
    for number in (1, 2):
        _freezer(speaker, stock, site, number, boxes)
    return stock


def _freezer(speaker: Speaker, stock: Stock, site: str, number: int, boxes: int) -> None:
    rule = {"limit_c": "-135", "delay_s": 300, "hysteresis_c": "5"}
    code = speaker.act("bo", "/api/freezers", facility=FACILITY, name=f"Nitrogen {number}", **rule)["code"]
    probe = {"site": site, "device": f"gw-{number}", "probe_position": "top", "offset_c": "0"}
    sensor = speaker.act("bo", f"/api/freezers/{code}/sensors", **probe)
    stock.freezers.append(code)
    stock.sensors.append(sensor["code"])
    for box in range(1, boxes + 1):
        made = speaker.act("bo", f"/api/freezers/{code}/positions", rack="R1", box=f"B{box}", slots=SLOTS)
        stock.positions += [one["code"] for one in made["positions"]]


def everybody() -> tuple[Member, ...]:
    """The people of the study."""
    return crew(STUDY)
