"""`inkdigits serve` as a process that a benchmark starts, looks at and ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 60  # to get ready, or to end


@dataclass
class Service:
    """A running service, its port on 127.0.0.1, and its log."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    workers: int

    def worker_ids(self) -> list[int]:
        """The processes that answer; Linux only."""
        own = self.process.pid
        if self.workers == 1:
            return [own]
        children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
        return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]

    def mebibytes(self) -> float:
        """What its workers hold of the memory, shared pages counted once for each."""
        pages = sum(int(Path(f"/proc/{worker}/statm").read_text().split()[1]) for worker in self.worker_ids())
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def kill_worker(self) -> None:
        """Ends one worker at once, with no chance to say anything."""
        os.kill(self.worker_ids()[0], signal.SIGKILL)

    def wait_ready(self, times: int) -> None:
        """Waits until so many workers, from the start on, have become ready; raises `RuntimeError` if they don't."""
        deadline = time.monotonic() + _SECONDS
        while self.log.read_bytes().count(b'"message": "ready"') < times:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(self.log.read_text()[-2000:])
            time.sleep(0.1)


@contextmanager
def running(workers: int) -> Iterator[Service]:
    """A service with this many workers on a free port; it is ended, gently if it can be, when the context is left."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        command = [sys.executable, "-m", "inkdigits", "serve", "--port", "0", "--workers", str(workers)]
        with log.open("wb") as file:
            process = subprocess.Popen(command, stderr=file, cwd=folder)
        try:
            yield _ready(process, log, workers)
        finally:
            process.terminate()
            try:
                process.wait(_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _ready(process: subprocess.Popen[bytes], log: Path, workers: int) -> Service:
    service = Service(process, 0, log, workers)
    service.wait_ready(workers)
    found = re.search(r"^http://\S+:(\d+)/", log.read_text(), re.MULTILINE)
    assert found is not None
    service.port = int(found[1])
    return service
