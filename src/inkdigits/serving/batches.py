"""Requests for the same kind of work are worked on together: those that come meanwhile are the next batch."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Generic, TypeVar

from inkdigits.serving.work_pool import Place, WorkPool

T = TypeVar("T")


class Batches(Generic[T]):
    """Has `work` take as many of the requests that wait as it likes, and give an outcome for each it took.

    An outcome that is an exception is raised where that request waits; what `work` raises, where all that it took do.
    """

    def __init__(self, pool: WorkPool, work: Callable[[Iterator[T]], list[Any]]) -> None:
        self._pool = pool
        self._work = work
        self._waiting: deque[tuple[T, Place]] = deque()

    async def run(self, client: str, request: T) -> Any:
        """The outcome for one request; raises `Busy` as `WorkPool.run` does."""
        place = self._pool.enter(client)
        self._waiting.append((request, place))
        self._pool.submit(self._work_on_batch)  # does nothing if an earlier one takes this request, too
        return await self._pool.answered(place)

    def _work_on_batch(self) -> None:
        if not self._waiting:
            return
        places: list[Place] = []
        try:
            outcomes = self._work(self._taken(places))
        except BaseException as error:
            outcomes = [error] * len(places)
        self._pool.settle(places, outcomes)

    def _taken(self, places: list[Place]) -> Iterator[T]:
        with suppress(IndexError):  # another thread may take the last one
            while True:
                request, place = self._waiting.popleft()
                places.append(place)
                yield request
