"""What is told on stderr while images are read: what failed, what was changed, and how far it is."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from inkdigits.cli.reading.images import label, on_one_line
from inkdigits.cli.reading.outputs import Format

if TYPE_CHECKING:
    from rich.console import Console

    from inkdigits.cli.reading.batch import Answer, Task
    from inkdigits.reading.result import Reading


class Report:
    """Takes the answers on their way to the output; `failed` counts the images that could not be read."""

    def __init__(self, format_: Format, *, to_files: bool) -> None:
        self.failed = 0
        self._format = format_
        self._to_files = to_files

    def results(self, answers: Iterable[Answer], total: int) -> Generator[tuple[Task, Reading]]:
        """What was read; the rest is told."""
        from inkdigits.cli.image_bar import with_bar

        for answer in with_bar(answers, total, "Reading", lambda: self._console, answers_show=not self._to_files):
            if answer.reading is None:
                self.failed += 1
                self._tell(answer.problem)
                continue
            self._tell_of(answer.reading, label(answer.task.image))
            yield answer.task, answer.reading

    def _tell_of(self, reading: Reading, image: str) -> None:
        for number, line in enumerate(reading.lines, start=1):
            if line.changed:
                self._tell(
                    f"{image}: line {number}, {line.text}, is the likeliest reading that fits, not the likeliest"
                )
            elif not line.fits:
                self._tell(f"{image}: line {number}, {line.text}, does not fit; its likeliest reading is given")
        for page in reading.pages:
            if page.left_out:
                self._tell(f"{image}: {page.left_out:,} marks, the smallest, were not looked at; cut it into parts")
        # Elsewhere an empty reading is seen.
        if not reading.lines and self._format in (Format.TEXT, Format.CSV):
            self._tell(f"{image}: nothing is written on it that could be read")

    @cached_property
    def _console(self) -> Console:
        from inkdigits.cli.console import errors

        return errors()

    def _tell(self, message: str) -> None:
        self._console.print(on_one_line(f"inkdigits: {message}"))
