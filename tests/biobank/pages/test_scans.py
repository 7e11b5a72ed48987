"""A code comes out of a field as it was printed, whatever the keyboard made of it, or as it came."""

from urllib.parse import urlencode

import pytest

from biobank.pages.scans import as_printed
from labels.wedges import Caps, Wedge, typed
from tests.browsing import Browser, BrowserLab

PRINTED = ("LX01D26000123L", "B7K2Q9XMG", "SM-01-003-J")


@pytest.mark.parametrize("code", PRINTED)
@pytest.mark.parametrize("caps", Caps)
@pytest.mark.parametrize("wedge", Wedge)
def test_a_scan_through_another_keyboard_is_repaired(code: str, wedge: Wedge, caps: Caps) -> None:
    assert as_printed(typed(code, wedge, caps), "scanned") == code


@pytest.mark.parametrize("code", PRINTED)
def test_what_is_typed_may_have_small_letters_and_spaces_and_is_never_another_keyboards(code: str) -> None:
    assert as_printed(f" {code[:4].lower()} {code[4:]}", "") == code
    mangled = typed(code, Wedge.AZERTY)
    assert as_printed(mangled, "") == mangled


@pytest.mark.parametrize("how", ["", "scanned", "camera", "guessed"])
@pytest.mark.parametrize("text", ["", "smart-ms", "LX01D26000123M", "]d2010320500000400", "=A999926123456", "ß" * 300])
def test_what_is_no_code_of_this_site_stays_as_it_came(text: str, how: str) -> None:
    assert as_printed(text, how) == text


def test_the_scan_box_opens_what_a_scanner_meant(lab: BrowserLab) -> None:
    lab.load_study()
    freezer = lab.freezer()
    browser = Browser(lab, "bo")
    sent = {"code": typed(freezer, Wedge.AZERTY, Caps.LETTERS), "code.how": "scanned"}
    assert f'<h1 class="code">{freezer}' in browser.client.get(f"/scan?{urlencode(sent)}").text
    assert browser.client.get(f"/scan?{urlencode(sent | {'code.how': ''})}").status_code == 404
