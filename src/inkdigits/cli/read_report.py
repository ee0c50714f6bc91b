"""What is told on stderr while images are read: what failed, what was changed, and how far it is."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable, Iterator
from typing import TYPE_CHECKING

from inkdigits.cli.read_images import label, on_one_line
from inkdigits.cli.read_outputs import Format

if TYPE_CHECKING:
    from inkdigits.cli.read_batch import Answer, Task
    from inkdigits.reading.result import Reading

# Fewer images are read before a bar tells anything.
_FEW_IMAGES = 5


class Report:
    """Takes the answers on their way to the output; `failed` counts the images that could not be read."""

    def __init__(self, format_: Format, *, to_files: bool) -> None:
        from rich.console import Console

        self.failed = 0
        self._format = format_
        self._to_files = to_files
        self._console = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)

    def results(self, answers: Iterable[Answer], total: int) -> Generator[tuple[Task, Reading]]:
        """What was read; the rest is told."""
        for answer in self._with_bar(answers, total):
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
        # Elsewhere an empty reading is seen.
        if not reading.lines and self._format in (Format.TEXT, Format.CSV):
            self._tell(f"{image}: nothing is written on it that could be read")

    def _tell(self, message: str) -> None:
        self._console.print(on_one_line(f"inkdigits: {message}"))

    def _with_bar(self, answers: Iterable[Answer], total: int) -> Iterator[Answer]:
        """The answers, with a bar on a terminal where they don't show the progress themselves."""
        from rich.progress import track

        answers_show = not self._to_files and sys.stdout.isatty()
        shown = self._console.is_terminal and not answers_show and total > _FEW_IMAGES
        yield from track(answers, "Reading", total, console=self._console, transient=True, disable=not shown)
