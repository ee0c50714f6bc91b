"""The service in this process and in one of its own; pictures whose truth is known."""

import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx2
import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from inkdigits.datasets.mnist import load_mnist
from inkdigits.serving.app import create_app
from inkdigits.serving.options import Limits, Options
from inkdigits.serving.service import plain_seven


def png(picture: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def until_ready(get: Callable[[str], httpx2.Response], seconds: float = 60) -> None:
    """Waits until the service says that it is ready."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if get("/v2/health/ready").status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError("the service did not become ready")


@pytest.fixture(scope="session")
def seven() -> bytes:
    """A seven, black on white."""
    return png(plain_seven())


@pytest.fixture(scope="session")
def page_72104() -> bytes:
    """MNIST's first five test digits, 7 2 1 0 4, three times their size, dark on white."""
    digits = load_mnist("test").images[:5]
    line = np.concatenate([np.kron(digit, np.ones((3, 3), np.uint8)) for digit in digits], axis=1)
    return png(255 - np.pad(line, 60))


@pytest.fixture(scope="module")
def started() -> Iterator[Callable[..., TestClient]]:
    """Starts a service in this process with the limits that are given, and waits until it is ready."""
    clients: list[TestClient] = []

    def start(**limits: float) -> TestClient:
        client = TestClient(create_app(Options(limits=Limits(**limits))))
        clients.append(client.__enter__())
        until_ready(client.get)
        return client

    yield start
    for client in clients:
        client.__exit__(None, None, None)


@pytest.fixture(scope="module")
def client(started: Callable[..., TestClient]) -> TestClient:
    return started()


@dataclass
class Server:
    """`inkdigits serve` in a process of its own."""

    process: subprocess.Popen[str]
    address: str
    log: Path

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    def workers(self) -> set[int]:
        """The processes that share its requests, where Linux tells."""
        own = self.process.pid
        found = set()
        for child in Path(f"/proc/{own}/task/{own}/children").read_text().split():
            with suppress(FileNotFoundError, ProcessLookupError):  # it may just end
                if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                    found.add(int(child))
        return found

    def stop(self) -> int:
        """Asks it to end, and gives its exit code."""
        self.process.terminate()
        return self.process.wait(30)


def _start_server(folder: Path, *options: str) -> Server:
    """Starts a server on a free port; what it logs goes into the folder."""
    log = folder / "server.log"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("INKDIGITS_")}
    command = [sys.executable, "-m", "inkdigits", "serve", "--port", "0", *options]
    with log.open("w") as file:
        process = subprocess.Popen(command, stderr=file, env=clean, cwd=folder, text=True)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(r"^(http://\S+:\d+)/", log.read_text(), re.MULTILINE):
            server = Server(process, found[1], log)
            with httpx2.Client(base_url=server.address) as asked:
                until_ready(asked.get)
            return server
        time.sleep(0.05)
    process.kill()
    raise AssertionError(log.read_text())


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers, and ends those that are left."""
    servers: list[Server] = []

    def start(*options: str) -> Server:
        servers.append(_start_server(tmp_path, *options))
        return servers[-1]

    yield start
    for server in servers:
        server.process.kill()
        server.process.wait()


@pytest.fixture(scope="session")
def start_server() -> Callable[..., Server]:
    """Starts a server whose log goes into a folder; whoever starts it ends it."""
    return _start_server
