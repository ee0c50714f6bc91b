"""Reads images one after another: answers in the order of the images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkdigits.cli.reading.images import contents, label, output_stems
from inkdigits.cli.reading.pictures import OutputError, Pictures

if TYPE_CHECKING:
    from inkdigits.reading.constraint import Constraint
    from inkdigits.reading.reader import Reader
    from inkdigits.reading.result import Reading

# A process takes about a second to start, which so many images must be worth.
_IMAGES_PER_WORKER = 8


@dataclass(frozen=True)
class Task:
    """An image to read, and the name that its output files begin with."""

    image: str
    stem: str


@dataclass(frozen=True)
class Answer:
    """What came of a task: its reading, or in one line why there is none."""

    task: Task
    reading: Reading | None = None
    problem: str = ""


@dataclass(frozen=True)
class Work:
    """How every image is read, and the pictures to draw of it; `threads` as in `Reader`."""

    bundle: Path | None
    threads: int | None
    turn: int | None
    constraint: Constraint | None
    minimum: float | None
    pictures: Pictures

    @cached_property
    def reader(self) -> Reader:
        """Made when it is first needed; raises `BundleError`."""
        from inkdigits.reading.reader import Reader

        return Reader(self.bundle, threads=self.threads)

    def __getstate__(self) -> dict[str, Any]:
        """Another process makes its own reader."""
        return {name: value for name, value in vars(self).items() if name != "reader"}

    def answer(self, task: Task) -> Answer:
        """Reads one image; what is wrong with it is told in the answer. Raises `OutputError`."""
        from inkdigits.reading.output.formats import with_doubts
        from inkdigits.reading.problem import problem

        name, read = label(task.image), self.pictures.read
        try:
            source = contents(task.image)
            reading = read(self.reader, task.stem, source, turn=self.turn, constraint=self.constraint, name=name)
        except OutputError:
            raise
        except Exception as error:  # a defect that one image shows must not stop the ten thousand after it
            return Answer(task, problem=problem(error, name))
        return Answer(task, reading if self.minimum is None else with_doubts(reading, self.minimum))


def tasks_for(images: Sequence[str]) -> list[Task]:
    """A task for each image."""
    return [Task(image, stem) for image, stem in zip(images, output_stems(images), strict=True)]


def workers_for(tasks: int) -> int:
    """As many processes as there are cores that this one may use, fewer where they don't pay."""
    from inkdigits.recognizer import usable_cores

    return min(usable_cores(), tasks // _IMAGES_PER_WORKER + 1)


def answers(work: Work, tasks: Iterable[Task], workers: int) -> Iterator[Answer]:
    """Yields the answers in the order of `tasks`; raises `OutputError`, and `InkdigitsError` when a worker dies."""
    if workers == 1:
        yield from map(work.answer, tasks)
        return
    from inkdigits.cli.reading.processes import answers_of_processes  # one image needs none, nor their imports

    yield from answers_of_processes(work, tasks, workers)
