"""A run's folder: its files, who may write it, and how it is told what it holds."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from inkdigits.bundle import METADATA_FILE
from inkdigits.errors import RunError
from inkdigits.whole_file import whole_file

NEEDED_BYTES = 64 * 1024**2


class RunFolder:
    """Paths of one run and its small files, each written whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.manifest_file = path / "manifest.json"
        self.history_file = path / "history.csv"
        self.network_file = path / "network.json"
        self.evaluation_file = path / "evaluation.json"
        self.state_file = path / "checkpoint" / "state.npz"
        self.bundle = path / "bundle"
        self.tensorboard = path / "tensorboard"

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Holds the folder against other writers; the system lets go of it when the process dies, however it dies.

        Folders made for a run that then wrote nothing are removed.
        """
        made = [folder for folder in (self.path, *self.path.parents) if not folder.exists()]
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with FileLock(self.path / ".lock").acquire(blocking=False):
                self._tidy()
                try:
                    self._check_room()
                    yield
                finally:
                    self._leave(made)
        except BrokenPipeError:
            raise
        except Timeout as error:
            raise RunError(f"{self.path}: another run is writing here; wait for it or choose --output") from error
        except OSError as error:
            raise RunError(f"{error.filename or self.path}: {error.strerror or error}") from error

    def read_manifest(self) -> dict[str, Any] | None:
        """The manifest, or None where no run has begun."""
        return self._read(self.manifest_file)

    def read_evaluation(self) -> dict[str, Any] | None:
        """The scores, or None before they are there."""
        return self._read(self.evaluation_file)

    def write_json(self, file: Path, content: Any) -> None:
        """Writes `content` as JSON."""
        write_whole(file, json.dumps(content, indent=1, allow_nan=False) + "\n")

    def write_history(self, history: list[dict[str, float]]) -> None:
        """Writes one line per epoch."""
        if not history:
            return
        text = io.StringIO()
        writer = csv.DictWriter(text, fieldnames=list(history[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(history)
        write_whole(self.history_file, text.getvalue())

    def _check_room(self) -> None:
        if shutil.disk_usage(self.path).free < NEEDED_BYTES:
            raise RunError(f"{self.path}: less than {NEEDED_BYTES >> 20} MiB free; make room or choose --output")

    def _tidy(self) -> None:
        """Removes what writers of this run that were killed left half-written, and nothing else."""
        files = (self.manifest_file, self.history_file, self.network_file, self.evaluation_file, self.state_file)
        for file in (*files, self.bundle / METADATA_FILE):
            for left in file.parent.glob(f".{file.name}.*.partial"):
                if re.fullmatch(rf"\.{re.escape(file.name)}\.\d+\.partial", left.name):
                    left.unlink()
        if self.manifest_file.exists():  # else nobody has made folders here
            for left in (*self.path.glob(".bundle-????????/"), *self.path.glob(".report-????????/")):
                shutil.rmtree(left)

    def _leave(self, made: list[Path]) -> None:
        """Removes the lock from a folder that holds nothing else, and the `made` folders that are then empty."""
        with suppress(OSError):  # where an open file cannot be removed, it stays
            if [file.name for file in self.path.iterdir()] == [".lock"]:
                (self.path / ".lock").unlink()
                for folder in made:
                    folder.rmdir()

    def _read(self, file: Path) -> dict[str, Any] | None:
        if not file.exists():
            return None
        try:
            content = json.loads(file.read_text())
        except (OSError, ValueError, RecursionError) as error:
            raise RunError(f"{file}: damaged ({error}); remove the folder and start anew") from error
        if not isinstance(content, dict):
            raise RunError(f"{file}: damaged (no JSON object); remove the folder and start anew")
        return content


def write_whole(file: Path, text: str) -> None:
    """Puts `text` at `file` in one step."""
    with whole_file(file) as opened:
        opened.write(text.encode())
