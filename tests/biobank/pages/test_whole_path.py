"""The whole path in a browser without scripts: every act with a form of a page."""

from tests.browsing import BrowserLab


def test_a_dose_of_cells_goes_from_consent_to_its_remains_in_a_browser(lab: BrowserLab) -> None:
    lab.load_study()
    lab.upload_list("A")
    participant = lab.enrolled()
    lab.made(participant, units=6)
    plan = lab.plan_dose(participant)
    lab.prepared(plan["kit"], participant)
    lab.wait_until_available()
    lab.give(plan["kit"], participant, "baseline")
