"""A JSONL file of readings that grows line by line, so that a run that was ended goes on where it stopped."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from inkdigits.cli.reading.images import STANDARD_INPUT, as_unicode
from inkdigits.cli.reading.pictures import OutputError
from inkdigits.errors import InkdigitsError

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from inkdigits.cli.reading.batch import Task
    from inkdigits.cli.reading.outputs import Results

_FIRST = b'{"image":'  # how every line begins


class Readings:
    """The readings that a JSONL file has, by the image's name; a last line that was cut short does not count.

    Raises `InkdigitsError` when the file cannot be read or holds something else, which is left as it is.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._done: Counter[str] = Counter()
        self._end = self._size = 0
        try:
            if path.exists():
                if not path.is_file():
                    raise InkdigitsError(f"--resume {path}: is no regular file; name a JSONL file")
                with path.open("rb") as file:
                    self._take(file)
                    self._size = file.tell()
        except OSError as error:
            raise InkdigitsError(f"--resume {path}: cannot be read ({error.strerror})") from error

    def without_done(self, tasks: list[Task]) -> list[Task]:
        """The tasks whose images the file does not have; an image named twice has to be there twice."""
        left, done = [], self._done.copy()
        for task in tasks:
            if task.image == STANDARD_INPUT:
                raise InkdigitsError("--resume: what standard input holds has no name to be found by; name a file")
            name = as_unicode(task.image)
            if done[name]:
                done[name] -= 1
            else:
                left.append(task)
        return left

    def append(self, results: Results) -> None:
        """Adds a line for each answer, written through at once; raises `OutputError`."""
        from inkdigits.reading.output.formats import to_jsonl

        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab") as file:
                self._claim(file)
                file.truncate(self._end)
                for task, reading in results:
                    file.write(to_jsonl(as_unicode(task.image), reading).encode())
                    file.flush()
        except OSError as error:
            raise OutputError(f"--resume {self.path}: cannot be written ({error.strerror or error})") from error

    def _claim(self, file: BinaryIO) -> None:
        """Keeps other runs off the file while it is open; raises `OutputError` where one is at work, or has been."""
        try:
            if sys.platform != "win32":
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OutputError(f"--resume {self.path}: another run is writing here; wait for it") from error
        if os.fstat(file.fileno()).st_size != self._size:
            raise OutputError(f"--resume {self.path}: another run has written here meanwhile; start again")

    def _take(self, file: BinaryIO) -> None:
        # Not by iteration, which would leave it unknown how far the file was read.
        for number, line in enumerate(iter(file.readline, b""), start=1):
            image = _image_of(line)
            if not line.endswith(b"\n") and (image is not None or _cut_short(line)):
                return
            if image is None:
                raise self._foreign(number)
            self._done[image] += 1
            self._end += len(line)

    def _foreign(self, number: int) -> InkdigitsError:
        return InkdigitsError(f"--resume {self.path}: line {number} is no reading; name the file of an earlier run")


def _image_of(line: bytes) -> str | None:
    """The name of the image that the line is a reading of, or None where it is none."""
    try:
        row = json.loads(line)
        image = row["image"] if isinstance(row["lines"], list) else None
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
    return image if isinstance(image, str) else None


def _cut_short(line: bytes) -> bool:
    """Whether the line is the beginning of a reading, and no JSON of its own."""
    try:
        json.loads(line)
    except ValueError:
        return line.startswith(_FIRST) or _FIRST.startswith(line)
    except RecursionError:
        return False
    return False
