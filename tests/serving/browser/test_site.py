"""The site without a server, in a browser: it reads drawings as the service does."""

import base64
import functools
import http.server
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

import inkdigits
from inkdigits.bundle import PRETRAINED, load_bundle
from inkdigits.serving.static_site import write_site

Draw = Callable[..., None]
Shows = Callable[[Any, str], None]
Opener = Callable[..., AbstractContextManager[Any]]
Find = Callable[[Any], list[str]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    folder = tmp_path_factory.mktemp("export") / "site"
    write_site(folder, load_bundle(PRETRAINED))
    return folder


@pytest.fixture(scope="module")
def site_address(site: Path) -> Iterator[str]:
    """A plain web server that knows nothing of inkdigits."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def site_page(site_address: str, open_page: Opener) -> Iterator[Any]:
    with open_page(site_address) as page:
        yield page


def alpha_of(page: Any) -> np.ndarray:
    """How much the drawing covers, uint8 (H, W)."""
    height, *alpha = page.locator("#canvas").evaluate(
        """canvas => [canvas.height, ...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
            .data.filter((_, index) => index % 4 === 3)]"""
    )
    return np.array(alpha, np.uint8).reshape(height, -1)


def told_by_service(page: Any) -> str:
    """What the library reads of the drawing."""
    drawing = page.locator("#canvas").evaluate("canvas => canvas.toDataURL('image/png')")
    return inkdigits.Reader().read(base64.b64decode(drawing.partition(",")[2]), turn=0).text


@pytest.mark.parametrize("digit", list("01347"))
def test_the_browser_reads_a_drawing_as_the_service_does(site_page: Any, draw: Draw, shows: Shows, digit: str) -> None:
    draw(site_page, digit, size=160)
    shows(site_page, digit)
    assert told_by_service(site_page) == digit
    found = inkdigits.Recognizer().recognise(alpha_of(site_page))
    site_page.wait_for_function(  # until the last stroke's answer is there
        """expected => {
            const bars = [...document.querySelectorAll(".bars i")];
            return bars.length === 10 && bars.every(
                (bar, digit) => Math.abs(Number(bar.style.getPropertyValue("--p")) - expected[digit]) < 1e-4);
        }""",
        arg=(found.probabilities[0] * found.digit_probability[0]).tolist(),
    )


def test_several_digits_are_read_as_the_service_does(site_page: Any, draw: Draw, shows: Shows, expect: Any) -> None:
    draw(site_page, "17", size=90)
    shows(site_page, "17")
    draw(site_page, "    30", size=90)
    shows(site_page, "17 30")
    assert told_by_service(site_page) == "17 30"
    expect(site_page.locator("#summary")).to_contain_text("Read 17 30: 4 digits")
    expect(site_page.locator("#pad-overlay rect")).to_have_count(4)
    site_page.wait_for_function(
        """() => {
            const frames = [...document.querySelectorAll("#pad-overlay rect")];
            const lefts = frames.map((frame) => frame.getBoundingClientRect().x);
            return lefts.length === 4 && lefts.every((left, place) => place === 0 || left > lefts[place - 1]);
        }"""
    )


def test_lines_are_read_one_below_the_other(site_page: Any, draw: Draw, shows: Shows) -> None:
    draw(site_page, "714", size=110, top=30)
    draw(site_page, "403", size=110, top=210)
    shows(site_page, "714\n403")
    assert told_by_service(site_page) == "714\n403"


def test_strokes_above_each_other_are_one_digit(site_page: Any, draw: Draw, shows: Shows) -> None:
    draw(site_page, "151")
    shows(site_page, "151")
    background_and_pieces, _ = cv2.connectedComponents((alpha_of(site_page) > 0).astype(np.uint8))
    assert background_and_pieces == 5  # the bar of the 5 is one of its own
    assert told_by_service(site_page) == "151"


def test_what_is_no_digit_is_refused(site_page: Any, draw: Draw, expect: Any) -> None:
    draw(site_page, "7~")
    expect(site_page.locator("#number")).to_have_text("7\N{WHITE SQUARE}")
    expect(site_page.locator("#digits li")).to_have_class([re.compile("sure$"), re.compile("rejected$")])
    assert told_by_service(site_page) == "7\N{WHITE SQUARE}"


def test_nobody_is_shut_out_of_it(site_page: Any, violations: Find) -> None:
    assert violations(site_page) == []


def test_while_the_model_loads_it_says_so(site_page: Any, draw: Draw, shows: Shows, expect: Any) -> None:
    held: list[Any] = []
    site_page.route("**/model.onnx", lambda route: held.append(route))
    draw(site_page, "7")
    expect(site_page.locator("#summary")).to_have_text("Loading the model …")
    (route,) = held
    route.continue_()
    shows(site_page, "7")


def test_opened_as_a_file_it_says_what_it_needs(site: Path, browser: Any, expect: Any) -> None:
    page = browser.new_page()
    page.goto((site / "index.html").as_uri())
    expect(page.locator("#summary")).to_have_text("Opened as a file this page cannot read: a web server must send it.")
    page.close()
