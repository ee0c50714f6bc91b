"""Work off the event loop: a bounded number of threads, a bounded queue before them, a bounded time for each."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from inkdigits.serving.options import Limits
from inkdigits.serving.problems import Busy

T = TypeVar("T")


class WorkPool:
    """Runs functions in threads; to be used from one event loop."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._threads = ThreadPoolExecutor(limits.threads, thread_name_prefix="inkdigits")
        self._clients: Counter[str] = Counter()
        self.pending = 0
        """Requests that wait or are worked on."""

    async def run(self, client: str, work: Callable[..., T], *arguments: Any) -> T:
        """What `work(*arguments)` gives; raises `Busy` when there is no room, or no answer in time.

        Work that overran its time cannot be stopped; it keeps its place until it ends.
        """
        if self._clients[client] >= self._limits.each_client:
            raise Busy("too many of your requests are under way; wait for their answers", 429)
        if self.pending >= self._limits.threads + self._limits.queue:
            raise Busy("too many requests at present; try again shortly")
        loop = asyncio.get_running_loop()
        self.pending += 1
        self._clients[client] += 1
        job = self._threads.submit(work, *arguments)
        job.add_done_callback(lambda _: self._tell(loop, client))
        try:
            async with asyncio.timeout(self._limits.work_seconds):
                return await asyncio.wrap_future(job)
        except TimeoutError as error:
            raise Busy(f"no answer within {self._limits.work_seconds:g} seconds; try a smaller picture") from error

    def close(self) -> None:
        """Ends the threads; what still waits is dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _tell(self, loop: asyncio.AbstractEventLoop, client: str) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody counts any more
            loop.call_soon_threadsafe(self._leave, client)

    def _leave(self, client: str) -> None:
        self.pending -= 1
        self._clients[client] -= 1
        if not self._clients[client]:
            del self._clients[client]
