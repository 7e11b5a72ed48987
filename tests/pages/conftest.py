"""The application behind a real port, and a real Chromium."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from biobank.clock import FixedClock
from biobank.db.embedded import free_port
from tests.doses import DoseLab
from tests.needs import program
from tests.serving import PASSWORD, client, clock
from tests.telemetry import installation

__all__ = ["client", "clock", "installation"]

WIDE, HAND_HELD = (1280, 900), (390, 844)
Open = Callable[..., Page]


@pytest.fixture
def lab(client: TestClient, clock: FixedClock) -> DoseLab:
    """The lab with a study and its allocation list."""
    made = DoseLab(client, clock)
    made.load_study()
    made.upload_list("A", "B")
    return made


@pytest.fixture
def address(lab: DoseLab) -> Iterator[str]:
    """Where the lab's application answers a browser."""
    port = free_port()
    running = uvicorn.Server(uvicorn.Config(lab.client.app, port=port, lifespan="off", log_level="error"))
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join()


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the camera of the browser sees: a file of JPEG pictures, read when the camera is opened."""
    return tmp_path_factory.mktemp("camera") / "film.mjpeg"


@pytest.fixture(scope="session")
def chromium(film: Path) -> Iterator[Browser]:
    """Chromium as Debian has it, with a camera that shows a film."""
    camera = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    arguments = [*camera, "--no-sandbox"] if os.geteuid() == 0 else camera
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program("chromium"), args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def open_as(lab: DoseLab, address: str, chromium: Browser) -> Iterator[Open]:
    """Signs somebody in and gives their page. Whatever the browser refused to run or load fails the test in the end."""
    trouble: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "the server responded with a status of 4" not in message.text:
            trouble.append(message.text)

    def open_page(who: str, size: tuple[int, int] = WIDE, scripts: bool = True) -> Page:
        lab.as_(who)
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, java_script_enabled=scripts, base_url=address
        )
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.goto("/")
        page.get_by_label("User name").fill(who)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("button", name="Log out").wait_for()
        return page

    yield open_page
    for context in chromium.contexts:
        context.close()
    assert trouble == []
