"""Slow clients against a real server, in a thread of this process and with short limits."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from inkdigits.serving import patient_protocol
from inkdigits.serving.app import create_app
from inkdigits.serving.options import Limits, Options


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(patient_protocol, "HEAD_SECONDS", 0.4)
    monkeypatch.setattr(patient_protocol, "STALL_SECONDS", 0.4)
    app = create_app(Options(limits=Limits(body_seconds=0.4)))
    server = uvicorn.Server(
        uvicorn.Config(app, http=patient_protocol.PatientProtocol, ws="none", log_config=None, timeout_keep_alive=2)
    )
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive()


def answer_to(port: int, *parts: bytes, pause: float = 0.0) -> tuple[bytes, float]:
    """What comes back until the server closes the connection, and after how many seconds it does."""
    start = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        received = b""
        try:
            for part in parts:
                connection.sendall(part)
                time.sleep(pause)
            while data := connection.recv(65536):
                received += data
        except ConnectionError:
            pass
    return received, time.monotonic() - start


def test_a_silent_connection_is_closed(port: int) -> None:
    received, seconds = answer_to(port)
    assert received == b""
    assert 0.3 < seconds < 3


def test_a_head_that_trickles_is_not_waited_for(port: int) -> None:
    trickle = [b"GET / HTTP/1.1\r\n", *(b"X-A: b\r\n" for _ in range(20))]
    received, seconds = answer_to(port, *trickle, pause=0.1)
    assert received == b""
    assert seconds < 3


def test_a_body_that_trickles_gets_408(port: int) -> None:
    head = b"POST /v1/read HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\nContent-Length: 1000\r\n\r\n"
    until = time.monotonic() + 20
    received = b""
    while b"408" not in received and time.monotonic() < until:  # until the model is ready, 503
        received, seconds = answer_to(port, head, b"x")
    assert received.startswith(b"HTTP/1.1 408")
    assert b"did not arrive within 0.4 seconds" in received
    assert 0.3 < seconds < 3


def test_a_body_nobody_wants_is_not_read_for_ever(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 404")
        start = time.monotonic()
        with pytest.raises(OSError, match=r"reset|Broken"):
            _ask_and_take_nothing(connection, b"x")
        assert time.monotonic() - start < 3


def test_an_answer_that_is_not_taken_ends_the_connection(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        request = b"GET /page/samples/squared.jpg HTTP/1.1\r\nHost: a\r\n\r\n"
        with pytest.raises(OSError, match=r"reset|Broken|timed out"):
            _ask_and_take_nothing(connection, request)


def _ask_and_take_nothing(connection: socket.socket, request: bytes) -> None:
    for _ in range(2000):
        connection.sendall(request)
        time.sleep(0.005)
