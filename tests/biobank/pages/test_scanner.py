"""The page on which a scanner is checked: what it says of each keyboard, and the symbol to print."""

import pytest
import zxingcpp
from pypdfium2 import PdfDocument

from labels.scanner_check import SYMBOL, heard
from labels.wedges import Caps, Wedge, typed
from tests.browsing import Browser, BrowserLab, alert

KEYBOARDS = [(wedge, caps) for wedge in Wedge for caps in Caps]


@pytest.mark.parametrize("keyboard", KEYBOARDS)
def test_the_symbol_tells_keyboard_caps_lock_and_identifier(keyboard: tuple[Wedge, Caps]) -> None:
    for identified in (False, True):
        sent = "]d1" * identified + SYMBOL
        told = heard(typed(sent, *keyboard))
        assert told is not None
        assert (told.keyboard, told.caps, told.identified) == (*keyboard, identified)
    assert heard(typed(SYMBOL, *keyboard).replace("é", "e")[:-1]) is None


def test_a_scanner_is_checked_with_the_symbol_that_the_page_prints(lab: BrowserLab) -> None:
    browser = Browser(lab, "tom")

    def scanned(text: str, how: str = "scanned") -> str:
        return browser.client.get("/scanner", params={"read": text, "read.how": how}).text

    page = PdfDocument(browser.client.get("/scanner/symbol.pdf").content)[0].render(scale=300 / 72).to_pil()
    printed = zxingcpp.read_barcode(page)
    assert printed is not None
    assert "This scanner is read right" in scanned(printed.text)
    assert "counts as typed" in alert(scanned(printed.text, ""))
    wrong = scanned(typed(printed.text, Wedge.AZERTY, Caps.EVERYTHING))
    assert "French" in wrong
    assert "Caps Lock" in wrong
    assert "Not the test symbol" in scanned("LX01D26000123L")
    browser.client.cookies.clear()
    assert browser.client.get("/scanner/symbol.pdf").url.path == "/login"
