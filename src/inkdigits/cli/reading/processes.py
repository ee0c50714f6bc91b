"""Reads images with several processes: answers in the order of the images, few held at a time."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process

from inkdigits.cli.reading.batch import Answer, Task, Work
from inkdigits.cli.reading.images import STANDARD_INPUT
from inkdigits.errors import InkdigitsError

# Images given out or answered for each worker, so that a slow image does not make the others idle.
_AHEAD = 4


def answers_of_processes(work: Work, tasks: Iterable[Task], workers: int) -> Iterator[Answer]:
    """Yields the answers in the order of `tasks`; raises `OutputError`, and `InkdigitsError` when a worker dies.

    Threads would not do: half of the time is Python's own, of which only one thread can run.
    """
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
