"""Debian's Chromium, driven by Playwright; tests are skipped, with a reason, where either is missing."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--disable-quic", "--no-first-run"),
]
# Strokes in a square of side 1.
STROKES = {
    "0": [[(0.3, 0.0), (0.05, 0.3), (0.05, 0.7), (0.3, 1.0), (0.5, 0.7), (0.5, 0.3), (0.3, 0.0)]],
    "1": [[(0.2, 0.0), (0.2, 1.0)]],
    "3": [[(0.0, 0.05), (0.35, -0.02), (0.5, 0.2), (0.2, 0.45), (0.5, 0.65), (0.4, 0.98), (0.0, 0.95)]],
    "4": [[(0.3, 0.0), (0.0, 0.6), (0.6, 0.6)], [(0.42, 0.35), (0.42, 1.0)]],
    "5": [
        [(0.1, 0.05), (0.06, 0.42), (0.4, 0.45), (0.5, 0.7), (0.35, 0.95), (0.0, 0.95)],
        [(0.25, -0.07), (0.6, -0.1)],
    ],
    "7": [[(0.05, 0.0), (0.6, 0.0), (0.25, 1.0)]],
    "~": [[(0.1 + 0.1 * step, 0.3 + 0.4 * (step % 2)) for step in range(8)]],
    " ": [],
}

Opener = Callable[..., AbstractContextManager[Any]]


# A module's own: while Playwright lives, its event loop runs, and nobody else's can.
@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory, start_server: Any) -> Iterator[str]:
    """A service in a process of its own."""
    server = start_server(tmp_path_factory.mktemp("server"))
    yield server.address
    server.process.kill()
    server.process.wait()


@pytest.fixture
def open_page(browser: Any) -> Opener:
    """Opens an address in a window of its own; faults of its scripts, and requests elsewhere, fail the test."""

    @contextmanager
    def open_page(address: str, **window: Any) -> Iterator[Any]:
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 860}} | window))
        page = context.new_page()
        page.set_default_timeout(20_000)
        faults: list[str] = []
        own = (address, "data:", "blob:")
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if "Security Policy" in message.text else None)
        page.on("request", lambda request: request.url.startswith(own) or faults.append(request.url))
        page.goto(address)
        yield page
        context.close()
        assert faults == []

    return open_page


@pytest.fixture
def page(open_page: Opener, address: str) -> Iterator[Any]:
    """The service's page on a desktop."""
    with open_page(address) as page:
        yield page


@pytest.fixture
def draw() -> Callable[..., None]:
    """Draws digits side by side with the mouse; a space leaves a place free."""

    def draw(page: Any, digits: str, size: float = 130, top: float = 60) -> None:
        frame = page.locator("#canvas").bounding_box()
        for place, digit in enumerate(digits):
            left = frame["x"] + 50 + place * size
            for (x, y), *others in STROKES[digit]:
                page.mouse.move(left + x * size, frame["y"] + top + y * size)
                page.mouse.down()
                for x_, y_ in others:
                    page.mouse.move(left + x_ * size, frame["y"] + top + y_ * size, steps=8)
                page.mouse.up()

    return draw


@pytest.fixture
def shows(browser: Any) -> Callable[[Any, str], None]:
    """Waits until the page shows a number in large type."""
    from playwright.sync_api import expect

    def shows(page: Any, number: str) -> None:
        expect(page.locator("#number")).to_have_text(number, timeout=30_000)

    return shows


@pytest.fixture
def expect(browser: Any) -> Any:
    """Playwright's own waiting assertions."""
    from playwright.sync_api import expect

    return expect


@pytest.fixture
def violations() -> Callable[[Any], list[str]]:
    """What axe-core finds wrong for people who cannot see, hear or point as others do."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()

    def violations(page: Any) -> list[str]:
        found = axe.run(page).response["violations"]
        return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]

    return violations
