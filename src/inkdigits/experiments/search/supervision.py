"""Watches over the process that carries out the trials: starts it anew when it dies, ends it when time is up."""

from __future__ import annotations

import json
import math
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from types import TracebackType

import optuna

from inkdigits.errors import RunError
from inkdigits.experiments.search.folder import SearchFolder
from inkdigits.experiments.search.study import retire

POLL = 0.5  # seconds


def supervise(
    folder: SearchFolder,
    study: optuna.Study,
    storage: str,
    watch: Callable[[], None],
    seconds: float | None,
) -> bool:
    """Has trials carried out until all are taken, or for `seconds`; calls `watch` every now and then.

    Returns whether all were taken. However it ends, the trial under way gives its place back. Raises `RunError`
    when the process cannot go on.
    """
    until = math.inf if seconds is None else time.monotonic() + seconds
    name = secrets.token_hex(6)
    with folder.claim(name):
        while time.monotonic() < until:
            with _Worker(name, folder, study, storage) as worker:
                while not worker.ended(POLL) and time.monotonic() < until:
                    watch()
                if worker.finished():
                    return True
    return False


class _Worker:
    """The process. Its end, by whatever hand, is noted in the study."""

    def __init__(self, name: str, folder: SearchFolder, study: optuna.Study, storage: str) -> None:
        self.name, self.study = name, study
        self.log = tempfile.TemporaryFile()  # noqa: SIM115
        self.process = subprocess.Popen(
            [sys.executable, "-m", "inkdigits.experiments.search.worker", str(folder.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self.log,
        )
        self._order({"worker": self.name, "storage": storage})

    def __enter__(self) -> _Worker:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.process.kill()
        self.process.communicate()
        self.log.close()
        retire(self.study, self.name)

    def ended(self, seconds: float) -> bool:
        """Whether it has ended, waiting up to `seconds` for that."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def finished(self) -> bool:
        """Whether it has done all there was; a death in the middle of a trial is that trial's failure.

        Raises `RunError` for a death that no trial is to blame for.
        """
        code = self.process.poll()
        if code is None or code == 0:
            return code == 0
        if code == 2 or not retire(self.study, self.name, f"its process {_ending(code)}"):
            raise RunError(self._last_line() or f"the process of the trials {_ending(code)}")
        return False

    def _order(self, orders: dict[str, str]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(orders).encode() + b"\n")
        self.process.stdin.flush()

    def _last_line(self) -> str:
        self.log.seek(0)
        return (self.log.read().decode(errors="replace").strip().splitlines() or [""])[-1]


def _ending(code: int) -> str:
    if code >= 0:
        return f"ended with code {code}"
    name = signal.Signals(-code).name
    return f"was killed by {name}" + (", as when memory runs out" if name == "SIGKILL" else "")
