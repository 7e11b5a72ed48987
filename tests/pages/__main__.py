"""Pictures of the pages in a real browser, on a desk and in a hand: ``./manage pages FOLDER``.

They are taken of an installation of their own, which is loaded as a demonstration and gone afterwards.
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from biobank.settings import Settings
from devices.demonstration import load
from tests.instance import started
from tests.needs import program

SIZES = {"desk": (1280, 900), "hand": (390, 844)}
VISITORS = ("tess01", "phil01", "cora", "tom", "bo", "quinn", "pia", "stan", "ada")
FIRST_OF = "main table a.code[href*='{}']"
THINGS = {"participant": "=SM-", "donation": "=LX01D", "batch": "=LX01B", "unit": "=LX01U", "lot": "=LX01L", "study": "=smart"}


def main() -> int:
    """Load a demonstration, take the pictures, and say where they are."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "pictures")
    folder.mkdir(parents=True, exist_ok=True)
    with started(working=False) as instance, sync_playwright() as driver:
        told = instance.environment
        settings = Settings(database_url=told["DATABASE_URL"], home=instance.home, clock="simulated")
        words = [line.split() for line in load(settings, instance.url).splitlines()]
        passwords = {line[0]: line[1] for line in words if len(line) > 1}
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = driver.chromium.launch(executable_path=program("chromium"), args=arguments)
        for name, (width, height) in SIZES.items():
            for who in VISITORS:
                page = _signed_in(browser, instance.url, width, height, who, passwords[who])
                _picture(page, folder / f"{who}-{name}.png")
                _things(page, folder, f"{who}-{name}")
        browser.close()
    print(f"{len(list(folder.glob('*.png')))} pictures are in {folder}.")
    return 0


def _signed_in(browser: Browser, url: str, width: int, height: int, who: str, password: str) -> Page:
    page = browser.new_context(viewport={"width": width, "height": height}, base_url=url).new_page()
    page.goto("/")
    page.get_by_label("User name").fill(who)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="Log out").wait_for()
    return page


def _things(page: Page, folder: Path, name: str) -> None:
    """The first thing of each kind that stands on this person's first page, with its first act unfolded."""
    addresses = {kind: page.locator(FIRST_OF.format(begins)).first for kind, begins in THINGS.items()}
    found = {kind: link.get_attribute("href") for kind, link in addresses.items() if link.count()}
    for kind, address in found.items():
        page.goto(str(address))
        act = page.locator("aside > details.act > summary").first
        if act.count():
            act.click()
        _picture(page, folder / f"{name}-{kind}.png")


def _picture(page: Page, file: Path) -> None:
    page.screenshot(path=file, full_page=True)


if __name__ == "__main__":
    sys.exit(main())
