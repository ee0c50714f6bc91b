"""`inkdigits serve` as a process: how it ends, and how several processes share the work."""

import json
import os
import signal
import socket
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from inkdigits import InkdigitsError
from inkdigits.serving.server import listening

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the signals are those of POSIX")


def test_sigterm_answers_what_is_under_way_and_ends_well(serve: Callable[..., Any], seven: bytes) -> None:
    server = serve()
    head = (
        f"POST /v1/read HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: image/png\r\nContent-Length: {len(seven)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(head.encode() + seven[:100])
        time.sleep(0.3)  # so that the server has taken the request
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", server.port), timeout=5).close()
        connection.sendall(seven[100:])
        received = b""
        while data := connection.recv(65536):
            received += data
    assert received.startswith(b"HTTP/1.1 200")
    assert b'"text":"7"' in received
    assert server.process.wait(20) == 0


def test_it_listens_on_this_computer_and_answers_to_its_names(serve: Callable[..., Any]) -> None:
    server = serve()
    assert server.address.startswith("http://127.0.0.1:")
    assert httpx2.get(f"{server.address}/v2", headers={"Host": "stranger.example"}).status_code == 421
    assert server.stop() == 0


def test_workers_share_requests_and_figures(serve: Callable[..., Any], seven: bytes) -> None:
    server = serve("--workers", "2", "--threads", "2")

    def read() -> str:
        text: str = httpx2.post(f"{server.address}/v1/read", content=seven).json().get("text", "")
        return text

    assert [read() for _ in range(12)] == ["7"] * 12
    text = httpx2.get(f"{server.address}/metrics").text
    samples = [item for family in text_string_to_metric_families(text) for item in family.samples]
    assert sum(item.value for item in samples if item.name == "inkdigits_digits_total") == 12
    assert server.stop() == 0


def test_letting_everyone_in_is_warned_of(serve: Callable[..., Any]) -> None:
    server = serve("--host", "0.0.0.0", "--allow-unauthenticated")
    assert "warning: everyone who reaches 0.0.0.0 can use this service" in server.log.read_text()
    assert httpx2.get(f"http://127.0.0.1:{server.port}/v2", headers={"Host": "any.example"}).status_code == 200


def test_the_log_is_json(serve: Callable[..., Any]) -> None:
    server = serve()
    assert server.stop() == 0
    first, *lines = server.log.read_text().splitlines()
    assert first == f"{server.address}/  (Ctrl+C ends it)"
    records = [json.loads(line) for line in lines]
    assert {"request", "ready", "Shutting down"} <= {record["message"] for record in records}
    assert all({"time", "level", "logger", "message"} <= record.keys() for record in records)


@pytest.mark.parametrize("host", ["192.168..1", f"{'a' * 64}.example", "256.0.0.1"])
def test_a_host_that_cannot_be_is_one_line(host: str) -> None:
    with pytest.raises(InkdigitsError, match=f"^--host {host} --port 0: cannot be used .*; choose another$"):
        listening(host, 0)


def test_a_port_that_another_service_is_about_to_use_is_one_line() -> None:
    with listening("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(InkdigitsError, match=f"--port {port}: cannot be used .*; choose another$"):
            listening("127.0.0.1", port)
