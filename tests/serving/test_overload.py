"""A service asked for four times what it has room for: it refuses the surplus, and is itself again afterwards."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2

from inkdigits.reading import read

PLACES = 4  # one that is worked on and three that wait
ASKED = 4 * PLACES
PAGE = Path(__file__).parents[2] / "docs" / "pictures" / "page.jpg"


def test_the_surplus_is_refused_and_the_rest_answered(serve: Callable[..., Any]) -> None:
    server = serve("--threads", "1", "--queue", str(PLACES - 1))
    content, text = PAGE.read_bytes(), read(PAGE).text
    together = threading.Barrier(ASKED)
    order: list[int] = []

    def ask() -> httpx2.Response:
        together.wait(30)
        response = client.post("/v1/read", content=content)
        order.append(response.status_code)
        return response

    with httpx2.Client(base_url=server.address, timeout=60) as client, ThreadPoolExecutor(ASKED) as threads:
        answers = [future.result() for future in [threads.submit(ask) for _ in range(ASKED)]]
        answered = [answer for answer in answers if answer.status_code == 200]
        refused = [answer for answer in answers if answer.status_code == 503]
        assert len(answered) + len(refused) == ASKED
        assert len(answered) >= PLACES
        assert {answer.json()["text"] for answer in answered} == {text}
        assert {answer.headers["Retry-After"] for answer in refused} == {"1"}
        assert order.index(503) < len(order) - 1 - order[::-1].index(200)  # nobody waits to be refused
        for _ in range(PLACES):
            assert client.post("/v1/read", content=content).json()["text"] == text
        assert "inkdigits_pending_requests 0.0" in client.get("/metrics").text
    assert server.stop() == 0
