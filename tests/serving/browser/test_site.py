"""The site without a server, in a browser: it reads drawings as the service does."""

import base64
import functools
import http.server
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

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


@pytest.mark.parametrize("digit", list("01347"))
def test_the_browser_reads_a_drawing_as_the_service_does(site_page: Any, draw: Draw, shows: Shows, digit: str) -> None:
    draw(site_page, digit, size=160)
    shows(site_page, digit)
    site_page.wait_for_timeout(500)  # the last stroke's answer
    canvas = site_page.locator("#canvas")
    drawing = canvas.evaluate("canvas => canvas.toDataURL('image/png')")
    assert inkdigits.Reader().read(base64.b64decode(drawing.partition(",")[2]), turn=0).text == digit
    bars = site_page.locator(".bars i")
    shown = bars.evaluate_all("bars => bars.map(bar => Number(bar.style.getPropertyValue('--p')))")
    height, *alpha = canvas.evaluate(
        """canvas => [canvas.height, ...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
            .data.filter((_, index) => index % 4 === 3)]"""
    )
    found = inkdigits.Recognizer().recognise(np.array(alpha, np.uint8).reshape(height, -1))
    np.testing.assert_allclose(shown, found.probabilities[0] * found.digit_probability[0], atol=1e-4)


def test_nobody_is_shut_out_of_it(site_page: Any, violations: Find) -> None:
    assert violations(site_page) == []
