"""Work off the event loop: a bounded number of threads, a bounded queue before them, a bounded time for each."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple, TypeVar

from fastapi import HTTPException

from inkdigits.errors import lacks_memory
from inkdigits.serving.options import Limits
from inkdigits.serving.problems import Busy

T = TypeVar("T")


class Place(NamedTuple):
    """A request's place in the pool, and where its answer will be; known to the event loop only."""

    client: str
    answer: asyncio.Future[Any]


class WorkPool:
    """Runs functions in threads; to be used from one event loop. `tell` is called with each new value of `pending`."""

    def __init__(self, limits: Limits, tell: Callable[[int], None] = lambda pending: None) -> None:
        self._limits = limits
        self._tell = tell
        self._threads = ThreadPoolExecutor(limits.threads, thread_name_prefix="inkdigits")
        self._clients: Counter[str] = Counter()
        self._arriving = 0
        self.pending = 0
        """Requests that wait or are worked on."""

    @contextmanager
    def arriving(self, client: str) -> Iterator[None]:
        """Counts a request while its body arrives, for bodies take memory, too; raises `Busy` when there is no room."""
        self._admit(client, self._arriving)
        self._arriving += 1
        try:
            yield
        finally:
            self._arriving -= 1
            self._dismiss(client)

    async def run(self, client: str, work: Callable[..., T], *arguments: Any) -> T:
        """What `work(*arguments)` gives; raises `Busy` when there is no room, or no answer in time.

        Work that overran its time cannot be stopped; it keeps its place until it ends.
        """
        place = self.enter(client)
        self.submit(self._work_alone, place, work, arguments)
        answer: T = await self.answered(place)
        return answer

    def enter(self, client: str) -> Place:
        """A place, kept until it is settled; raises `Busy` when there is no room."""
        self._admit(client, self.pending)
        self._count(1)
        return Place(client, asyncio.get_running_loop().create_future())

    def submit(self, work: Callable[..., None], *arguments: Any) -> None:
        """Has a thread call `work`, which must settle the places it works for."""
        self._threads.submit(work, *arguments)

    async def answered(self, place: Place) -> Any:
        """The outcome that the place is settled with, returned or raised; raises `Busy` when it takes too long."""
        try:
            async with asyncio.timeout(self._limits.work_seconds):
                return await place.answer
        except TimeoutError as error:
            raise Busy(f"no answer within {self._limits.work_seconds:g} seconds; try a smaller picture") from error

    def settle(self, places: list[Place], outcomes: list[Any]) -> None:
        """Called by a thread: an outcome, an exception or what is to be returned, for each place."""
        if places:
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                places[0].answer.get_loop().call_soon_threadsafe(self._leave, places, outcomes)

    def close(self) -> None:
        """Ends the threads; what still waits is dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _work_alone(self, place: Place, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        try:
            outcome = work(*arguments)
        except BaseException as error:
            outcome = error
        self.settle([place], [outcome])

    def _admit(self, client: str, others: int) -> None:
        """Counts a request of the client, which goes where so many others are."""
        if self._clients[client] >= self._limits.each_client:
            raise Busy("too many of your requests are under way; wait for their answers", 429)
        if others >= self._limits.threads + self._limits.queue:
            raise Busy("too many requests at present; try again shortly")
        self._clients[client] += 1

    def _dismiss(self, client: str) -> None:
        self._clients[client] -= 1
        if not self._clients[client]:
            del self._clients[client]

    def _count(self, more: int) -> None:
        self.pending += more
        self._tell(self.pending)

    def _leave(self, places: list[Place], outcomes: list[Any]) -> None:
        for (client, answer), outcome in zip(places, outcomes, strict=True):
            self._count(-1)
            self._dismiss(client)
            if answer.done():
                continue
            if isinstance(outcome, BaseException):
                answer.set_exception(_told(outcome))
            else:
                answer.set_result(outcome)


def _told(error: BaseException) -> BaseException:
    """The error, or `Busy` where memory ran out; of an answer, whose text may be a client's, its cause decides."""
    reason = error.__cause__ if isinstance(error, HTTPException) else error
    if reason is not None and lacks_memory(reason):
        return Busy("not enough memory at present; try again shortly")
    return error
