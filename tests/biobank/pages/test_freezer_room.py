"""The pages of the freezer room: what is done with a freezer and its racks is written there, and what it warmed is shown."""

import re
from datetime import timedelta

from biobank.cryostorage import transport
from tests.bodies import MILLION
from tests.browsing import BrowserLab, alert


def words(page: str) -> str:
    """What is read on a page, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page).replace("\u202f", "").replace("&nbsp;", " "))


def test_a_unit_shows_its_ledger_a_freezer_its_log_and_the_release_file_what_is_left(lab: BrowserLab) -> None:
    lab.load_study()
    lab.upload_list("B")
    freezer = lab.freezer()
    batch = lab.isolated(lab.enrolled())
    [unit] = lab.freeze(batch, None, 1, MILLION)
    lab.place(unit, lab.slots(freezer, 1)[0])
    lab.wait(hours=2)
    tom = lab.browser("tom")
    assert "Freezers to read by hand today" in tom.scan("")
    tom.scan(freezer)
    tom.do(f"/freezers/{freezer}/log", {"kind": "reading", "temperature_c": "−188,5"})
    assert tom.answer.status_code == 200
    assert "−188.5" in words(tom.page)
    assert "Freezers to read by hand today" not in tom.scan("")
    tom.scan(unit)
    tom.do(f"/units/{unit}/rack-pulls", {"open_s": "90"})
    assert "Warming ledger" in tom.page
    assert "−135 °C 0 seconds 0 seconds 90 seconds 0 seconds 90 seconds 300 seconds 210 seconds no" in words(tom.page)
    tom.scan("")
    times = (f"{lab.clock.now() - timedelta(seconds=ago):%Y-%m-%dT%H:%M:%SZ}" for ago in (1200, 900))
    file = "\n".join((transport.HEADER, *(f"{time},-110" for time in times)))
    tom.do("/transports", {"materials": unit, "file": file})
    assert tom.answer.status_code == 200, alert(tom.page)
    assert "−120 °C 0 seconds 300 seconds 90 seconds 0 seconds 390 seconds none none no" in words(tom.scan(unit))
    quinn = lab.browser("quinn")
    quinn.scan("")
    quinn.do("/warming-rule", {"lid_percent": "20", "reason": "measured in our own freezers"})
    assert quinn.answer.status_code == 200, alert(quinn.page)
    assert f"{unit} −135 °C 390 seconds 300 seconds 0 seconds yes" in words(quinn.scan(batch))
