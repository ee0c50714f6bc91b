"""A load on an HTTP service of this computer: questions over kept connections, as fast as they go or at a rate."""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

LOST = 0
"""The status of a question whose connection broke."""

_ADDRESSES = 16  # 127.0.0.1 and on, so that the service sees several clients
_PATIENCE = 60.0  # seconds, more than any answer may take
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


class Question(NamedTuple):
    """A whole HTTP request, and what the body of its answer must contain."""

    request: bytes
    expected: bytes


def question(path: str, kind: str, content: bytes, expected: bytes) -> Question:
    """A POST of `content`, of the media type `kind`."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n"
    return Question(head.encode() + content, expected)


@dataclass
class Outcome:
    """What came of a load: the seconds to each answer by its status, how many of status 200 were right."""

    seconds: float = 0.0
    times: dict[int, list[float]] = field(default_factory=dict)
    right: int = 0

    def count(self, status: int = 200) -> int:
        """How many questions were answered with this status."""
        return len(self.times.get(status, ()))

    @property
    def errors(self) -> int:
        """How many questions were not answered with 200."""
        return sum(len(times) for status, times in self.times.items() if status != 200)

    def milliseconds(self, percentile: float, status: int = 200) -> float:
        """Of the answers with this status; not a number where there are none."""
        return float(np.percentile(self.times[status], percentile)) * 1000 if self.count(status) else float("nan")


async def unpaced(port: int, questions: list[Question], connections: int, seconds: float) -> Outcome:
    """Every connection asks again as soon as it has its answer."""

    async def whenever(start: float) -> AsyncIterator[float]:
        while (now := time.perf_counter()) < start + seconds:
            yield now

    return await _played(port, questions, connections, whenever)


async def paced(port: int, questions: list[Question], connections: int, seconds: float, rate: float) -> Outcome:
    """`rate` questions a second at random moments; an answer's time counts from when its question was due."""
    gaps = np.random.default_rng(0).exponential(1 / rate, int(2 * rate * seconds) + 100)
    moments = iter([moment for moment in np.cumsum(gaps).tolist() if moment < seconds])

    async def when_due(start: float) -> AsyncIterator[float]:
        for moment in moments:  # shared: the next one goes to whichever connection is free
            if (early := start + moment - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            yield start + moment

    return await _played(port, questions, connections, when_due)


async def _played(
    port: int, questions: list[Question], connections: int, dues: Callable[[float], AsyncIterator[float]]
) -> Outcome:
    """`dues` gives, from the load's start on, when its connection is to ask."""
    outcome, asked = Outcome(), itertools.cycle(questions)
    opened = []
    for number in range(connections):
        opened.append(await _Connection.open(port, number))
        await asyncio.sleep(0.003)  # one by one, so that all workers take some
    start = time.perf_counter()
    try:
        async with asyncio.TaskGroup() as group:
            for connection in opened:
                group.create_task(_ask(connection, dues(start), asked, outcome))
    finally:
        for connection in opened:
            await connection.close()
    outcome.seconds = time.perf_counter() - start
    return outcome


async def _ask(
    connection: _Connection, dues: AsyncIterator[float], questions: Iterator[Question], outcome: Outcome
) -> None:
    async for due in dues:
        request, expected = next(questions)
        try:
            async with asyncio.timeout(_PATIENCE):
                status, body = await connection.ask(request)
        except (OSError, EOFError):
            status, body = LOST, b""
            await connection.renew()
        outcome.times.setdefault(status, []).append(time.perf_counter() - due)
        outcome.right += status == 200 and expected in body


class _Connection:
    """An HTTP connection that asks one thing at a time."""

    def __init__(self, port: int, number: int) -> None:
        self._port = port
        self._own = f"127.0.0.{1 + number % _ADDRESSES}"
        self._writer: asyncio.StreamWriter | None = None

    @classmethod
    async def open(cls, port: int, number: int) -> _Connection:
        """The `number` chooses the address it comes from."""
        connection = cls(port, number)
        await connection.renew()
        return connection

    async def renew(self) -> None:
        """Connects, again."""
        await self.close()
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, local_addr=(self._own, 0))

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """The status and the body of the answer; raises `OSError` or `EOFError` when the connection breaks."""
        if self._reader.at_eof():  # the service ends connections that are silent for long
            await self.renew()
        assert self._writer is not None
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(_LENGTH.search(head)[1])  # type: ignore[index]
        return int(head[9:12]), await self._reader.readexactly(length)

    async def close(self) -> None:
        """Ends it."""
        if self._writer is not None:
            self._writer.close()
            with suppress(OSError):  # it may be broken
                await self._writer.wait_closed()
