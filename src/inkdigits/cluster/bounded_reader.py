"""A reader whose images can do no harm: they are read in a process that is replaced when one of them ends it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from inkdigits.cluster.reading_process import SECONDS
from inkdigits.reading.output.formats import error_to_jsonl

_TRIES = 2  # a process may be ended by what is no fault of its image


class Row(NamedTuple):
    """A line of JSON Lines, a reading or an error."""

    line: bytes
    failed: bool


def failed_row(name: str, error: str) -> Row:
    """The row of an image that cannot be read."""
    return Row(error_to_jsonl(name, error).encode(), failed=True)


class BoundedReader:
    """Reads images one after another.

    `model` are the files of a bundle. `options` are JSON: "turn", "digits" (the least and the most), "pattern",
    "minimum", None where nothing is asked.
    """

    def __init__(self, model: Mapping[str, bytes], options: Mapping[str, Any]) -> None:
        self._model, self._options = model, options
        self._process = self._started()

    def row(self, name: str, content: bytes) -> Row:
        """What came of an image."""
        for _ in range(_TRIES):
            answer = self._asked(name, content)
            if answer is not None:
                return Row(answer[1:], failed=answer.startswith(b"-"))
            code = _ended(self._process)
            self._process = self._started()
            if code == -signal.SIGALRM:
                told = f"takes more than {SECONDS} s to read; split the file or make it smaller"
                return failed_row(name, f"{name}: {told}")
        told = f"the process that reads it {_ending(code)}, {_TRIES} times; look at this image apart"
        return failed_row(name, f"{name}: {told}")

    def close(self) -> None:
        """Ends the process."""
        self._process.kill()
        _ended(self._process)

    def _asked(self, name: str, content: bytes) -> bytes | None:
        """The answer, or None where the process ended before it."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps({"image": name, "bytes": len(content)}).encode() + b"\n")
            process.stdin.write(content)
            process.stdin.flush()
        except BrokenPipeError:
            return None
        line = process.stdout.readline()
        return line if line.endswith(b"\n") else None

    def _started(self) -> subprocess.Popen[bytes]:
        """A new process that has loaded the model; raises `RuntimeError` when it ends instead."""
        with tempfile.TemporaryDirectory(prefix="inkdigits-") as bundle:
            for name, content in self._model.items():
                Path(bundle, name).write_bytes(content)
            command = [sys.executable, "-m", "inkdigits.cluster.reading_process"]
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps({**self._options, "bundle": bundle}).encode() + b"\n")
            process.stdin.flush()
            if process.stdout.readline() != b"ready\n":
                raise RuntimeError(f"the process that is to read images {_ending(_ended(process))} before it began")
        return process


def _ended(process: subprocess.Popen[bytes]) -> int:
    """The exit code of a process that has ended or is about to; its pipes are closed."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(BrokenPipeError):
        process.stdin.close()
    process.stdout.close()
    return process.wait()


def _ending(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
