"""The forms of the pages take what was done on paper, where it may be, and the pages say so afterwards."""

import re

from biobank.act.coded import ON_PAPER
from biobank.pages import paper
from biobank.web.matrix import RIGHTS
from tests.browsing import BrowserLab, alert, typed
from tests.path import HERE


def test_a_collection_on_paper_is_entered_with_its_form_and_told_as_such(lab: BrowserLab) -> None:
    lab.load_study()
    lab.upload_list("A")
    participant = lab.enrolled()
    form = lab.done("phil", "/pads", {"place": HERE, "sheets": 2})["forms"][0]["code"]
    at = f"{lab.clock.now():%Y-%m-%dT%H:%M}"
    lab.wait(hours=3)
    on_paper = {"paper_form": form.lower(), "paper_done_by": "tess", "paper_done_at": at}
    order = {"visit": "collection-1", "participant": participant, "volume_ml": "30", "paper": on_paper}
    tess = lab.browser("tess")
    tess.scan(participant)
    tess.do(f"/participants/{participant}/donations", typed(order))
    assert "Done" in tess.page, alert(tess.page)
    donation = lab.told("tess", "/donations")[0]["code"]
    told = re.sub(r"<[^>]+>", "", tess.scan(donation))
    assert f"from paper form {form}" in told
    assert "done by Tess Person, entered by Tess Person" in told
    tess.scan(participant)
    tess.do(f"/participants/{participant}/weights", typed({"period": 1, "weight_kg": "70", "paper": on_paper}))
    assert "a form is used once" in alert(tess.page)


def test_the_pages_offer_paper_for_the_kinds_of_work_that_go_on_without_the_system() -> None:
    assert RIGHTS.keys() >= paper._ROUTES
    assert len(paper._ROUTES) == len(ON_PAPER)
