"""Reads images one after another, or with several processes: answers in the order of the images, few held at a time."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cached_property
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkdigits.cli.reading.images import STANDARD_INPUT, contents, label, output_stems
from inkdigits.cli.reading.pictures import OutputError, Pictures
from inkdigits.errors import InkdigitsError

if TYPE_CHECKING:
    from inkdigits.reading.constraint import Constraint
    from inkdigits.reading.reader import Reader
    from inkdigits.reading.result import Reading

# A process takes about a second to start, which so many images must be worth.
_IMAGES_PER_WORKER = 8
# Images given out or answered for each worker, so that a slow image does not make the others idle.
_AHEAD = 4


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
    """Yields the answers in the order of `tasks`; raises `OutputError`, and `InkdigitsError` when a worker dies.

    Threads would not do: half of the time is Python's own, of which only one thread can run.
    """
    if workers == 1:
        yield from map(work.answer, tasks)
        return
    pending: deque[Future[Answer]] = deque()
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _start_worker, (work,))
    try:
        for task in tasks:
            pending.append(_submitted(pool, work, task))
            if len(pending) >= _AHEAD * workers:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    except BrokenProcessPool as error:
        raise InkdigitsError("a worker was ended from outside, perhaps for want of memory; try --workers 1") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _submitted(pool: ProcessPoolExecutor, work: Work, task: Task) -> Future[Answer]:
    """The answer to be; standard input, which other processes don't have, is read at once."""
    if task.image == STANDARD_INPUT:
        future: Future[Answer] = Future()
        future.set_result(work.answer(task))
        return future
    # It may start a process, which inherits what is blocked: Ctrl-C is for this process alone to act on.
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if hasattr(signal, "pthread_sigmask") else None
    try:
        return pool.submit(_answer, task)
    finally:
        if blocked is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


_work: Work


def _start_worker(work: Work) -> None:
    """Makes a new process ready for `_answer`."""
    import cv2

    global _work
    _work = work
    cv2.setNumThreads(1)  # the processes share the cores
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # for systems that block no signals
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    """Ends this process when the one that started it is gone, which it would not notice by itself."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _answer(task: Task) -> Answer:
    return _work.answer(task)
