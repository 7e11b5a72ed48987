"""The first page tells everybody the work that comes next to them, and tells the bedside the same of either arm."""

import re
from html import unescape

from tests.browsing import BrowserLab
from tests.doses import VISITS
from tests.path import HERE
from tests.readbacks import read_labels_back


def waits(lab: BrowserLab, who: str) -> dict[str, list[str]]:
    """What a person's first page says is waiting: the codes on each line."""
    page = lab.browser(who).scan("")
    part = re.search(r'<section class="waiting">(.*?)</section>', page, re.DOTALL)
    if part is None:
        return {}
    lines = re.findall(r"<summary>(.*?) <span.*?</summary>(.*?)</details>", part[1], re.DOTALL)
    return {unescape(title): re.findall(r'<a class="code"[^>]*>([^<]+)</a>', table) for title, table in lines}


def test_the_first_page_says_what_waits_for_whom_along_the_path(lab: BrowserLab) -> None:
    lab.load_study()
    lab.upload_list("A")
    participant = lab.consent()["code"]
    assert waits(lab, "tess") == {"Participants to screen": [participant]}
    lab.screen(participant)
    assert waits(lab, "tess") == {"Participants to allocate": [participant]}
    lab.allocate(participant)
    assert waits(lab, "tess") == {"Visits whose window is open, or opens soon": [participant]}
    assert waits(lab, "tom") == {}
    label = lab.prepare_labels(participant)
    assert waits(lab, "tess") == {"Visits whose window is open, or opens soon": [participant]}, "they wait for their day"
    order = {"visit": "collection-1", "participant": participant, "volume_ml": "30", "label": label}
    donation = lab.done("tess", f"/participants/{participant}/donations", order)["code"]
    assert waits(lab, "tess") == {"Labels printed ahead to account for": [donation, participant]}
    read_labels_back(lab, donation, "tess")
    assert waits(lab, "tess") == {}
    assert donation in waits(lab, "tom")["Donations to receive"]
    with lab.by_interface():
        _waits_from_reception_to_remains(lab, participant, donation)


def _waits_from_reception_to_remains(lab: BrowserLab, participant: str, donation: str) -> None:
    lab.hand_over(donation)
    lab.receive(donation, participant)
    assert donation in waits(lab, "tom")["Donations to route"]
    batch = lab.route(donation)["code"]
    assert batch in waits(lab, "tom")["Batches to isolate"]
    lab.isolate(batch, donation)
    culture = lab.seed(batch)["code"]
    assert waits(lab, "tom") == {"Cultures to feed or harvest": [batch, participant]}
    lab.wait(days=12)
    lab.harvest(culture)
    assert culture in waits(lab, "tina")["Counts to verify"]
    lab.verify(culture)
    assert set(waits(lab, "tina")) == {"Batches to seed again or freeze"}
    second = lab.seed(batch, culture, 6_000_000, "2000")["code"]
    lab.wait(days=7)
    lab.harvest(second, 180_000_000)
    lab.verify(second)
    lab.donor_tests(donation)
    frozen = lab.freeze(batch, second)
    assert set(frozen) <= set(waits(lab, "bo")["Units to place in a freezer"])
    for unit, position in zip(frozen, lab.slots(lab.freezer(), 8), strict=True):
        lab.place(unit, position)
    assert batch in waits(lab, "tina")["Results missing"]
    assert waits(lab, "quinn") == {"Results missing": [batch]}
    lab.results(batch)
    deciders = (("quinn", "QA's disposition"), ("quentin", "the QP's certification"), ("sam", "the sponsor's release"))
    for (who, what), decide in zip(deciders, (lab.dispose, lab.certify, lab.sponsor_release), strict=True):
        told = {one: waits(lab, one) for one, _ in deciders}
        assert batch in told.pop(who)[f"Batches for {what}"]
        assert not any(told.values()), "exactly their decision"
        decide(batch)
    read_labels_back(lab, batch)
    order = lab.wait_for_dose(participant)
    assert participant in waits(lab, "tess")["Weights missing for the coming dose"]
    assert waits(lab, "pia") == {"Doses to plan": [participant]}
    lab.weigh(participant)
    kit = lab.done("pia", f"/participants/{participant}/dose-plans", order)["kit"]
    assert "Weights missing for the coming dose" not in waits(lab, "tess")
    assert set(waits(lab, "pia")) == {"Kits to prepare"}
    lab.wait(hours=1)
    lab.prepared(kit, participant)
    lab.wait_until_available()
    lab.hand_over(kit, "paul", "phil", HERE)
    assert set(waits(lab, "phil")) == {"Kits to retrieve"}
    lab.retrieve(kit, participant, VISITS[1])
    lab.hand_over(kit, "phil", "tess", "bedside")
    assert kit in waits(lab, "tess")["Kits to give"]
    lab.administer(kit, participant, VISITS[1])
    assert set(waits(lab, "petra")) == {"Remains to account for"}
    assert "Kits to give" not in waits(lab, "tess")
