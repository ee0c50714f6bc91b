"""What dies at once: a worker takes with it what it was about, and nothing else; their parent takes them all."""

import os
import re
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest

pytestmark = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="only Linux tells whose a connection is")


def owner(connection: socket.socket, server: Any) -> int | None:
    """The worker that has taken the connection; None while none has."""
    ends = rf"\d+: \w+:{server.port:04X} \w+:{connection.getsockname()[1]:04X} (?:\S+ +){{6}}(\d+) "
    (inode,) = re.findall(ends, Path("/proc/net/tcp").read_text())
    for worker in server.workers():
        for file in Path(f"/proc/{worker}/fd").iterdir():
            with suppress(FileNotFoundError):  # it was closed meanwhile
                if str(file.readlink()) == f"socket:[{inode}]":
                    return worker
    return None


def half_sent(server: Any, content: bytes) -> socket.socket:
    """A connection that has sent the head and the first bytes of a request."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    head = f"POST /v1/read HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n"
    connection.sendall(head.encode() + content[:100])
    return connection


def answer_to_rest(connection: socket.socket, content: bytes) -> bytes:
    """What comes back for the rest of the request; nothing when the connection broke."""
    received = b""
    try:
        connection.sendall(content[100:])
        while data := connection.recv(65536):
            received += data
    except OSError:
        return b""
    return received


def test_only_its_own_requests_are_lost(serve: Callable[..., Any], seven: bytes) -> None:
    server = serve("--workers", "2", "--threads", "2")
    before = server.workers()
    asked: dict[socket.socket, int] = {}
    deadline = time.monotonic() + 60
    while set(asked.values()) != before:  # until both have some
        assert time.monotonic() < deadline
        connection = half_sent(server, seven)
        while (worker := owner(connection, server)) is None:
            assert time.monotonic() < deadline
        if list(asked.values()).count(worker) < 8:
            asked[connection] = worker
        else:  # one client may not have many more under way
            connection.close()

    victim = min(before)
    os.kill(victim, signal.SIGKILL)
    answers = {connection: answer_to_rest(connection, seven) for connection in asked}
    for connection, worker in asked.items():
        connection.close()
        if worker == victim:
            assert answers[connection] == b""
        else:
            assert answers[connection].startswith(b"HTTP/1.1 200")
            assert b'"text":"7"' in answers[connection]

    while len(server.workers() - {victim}) < 2 or server.log.read_text().count('"ready"') < 3:
        assert httpx2.post(f"{server.address}/v1/read", content=seven).json()["text"] == "7"  # by the one that is left
        assert time.monotonic() < deadline
    assert server.stop() == 0


def test_nothing_outlives_the_process_that_started_it(
    serve: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    server = serve("--workers", "2", "--threads", "2")
    workers = server.workers()
    assert len(list(tmp_path.glob("inkdigits-metrics-*"))) == 1
    try:
        server.process.kill()
        deadline = time.monotonic() + 20
        while is_taken(server.port) or list(tmp_path.glob("inkdigits-metrics-*")):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        for worker in workers:
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)


def is_taken(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionError:
        return False
    return True
