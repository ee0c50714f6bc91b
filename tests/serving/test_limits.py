import asyncio
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient

from inkdigits.serving.body_limits import BodyLimits
from inkdigits.serving.options import Limits
from inkdigits.serving.problems import Busy, TooSlow
from inkdigits.serving.work_pool import WorkPool


def test_a_declared_length_past_the_limit_is_refused(started: Callable[..., TestClient]) -> None:
    answer = started(body_bytes=1000).post("/v1/read", content=bytes(1001))
    assert (answer.status_code, answer.headers["Connection"]) == (413, "close")
    assert "larger than" in answer.json()["error"]


def test_a_body_without_a_length_is_counted(started: Callable[..., TestClient]) -> None:
    small = started(body_bytes=1000)

    def pieces() -> Iterator[bytes]:
        for _ in range(11):
            yield bytes(100)

    assert small.post("/v1/read", content=pieces()).status_code == 413
    form = {"image": ("a.png", bytes(2000))}
    assert small.post("/v1/classify", files=form).status_code == 413


def test_a_body_that_stops_arriving_is_given_up() -> None:
    async def application(scope: object, receive: Callable[[], object], send: object) -> None:
        await receive()

    async def never() -> None:
        await asyncio.sleep(60)

    limited = BodyLimits(application, Limits(body_seconds=0.05))
    with pytest.raises(TooSlow, match=r"within 0\.05 seconds"):
        asyncio.run(limited({"type": "http", "headers": []}, never, never))


def test_a_full_queue_refuses_and_recovers() -> None:
    async def play() -> None:
        pool, gate = WorkPool(Limits(threads=1, queue=1)), threading.Event()
        waiting = [asyncio.create_task(pool.run(f"client {number}", gate.wait, 10)) for number in range(2)]
        await asyncio.sleep(0)
        assert pool.pending == 2
        with pytest.raises(Busy) as refused:
            await pool.run("another", gate.wait)
        assert (refused.value.status_code, refused.value.headers) == (503, {"Retry-After": "1"})
        gate.set()
        assert await asyncio.gather(*waiting) == [True, True]
        await asyncio.sleep(0.01)
        assert pool.pending == 0
        assert await pool.run("another", lambda: "done") == "done"
        pool.close()

    asyncio.run(play())


def test_one_client_cannot_take_all_places() -> None:
    async def play() -> None:
        pool, gate = WorkPool(Limits(threads=1, queue=8, each_client=2)), threading.Event()
        greedy = [asyncio.create_task(pool.run("greedy", gate.wait, 10)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Busy) as refused:
            await pool.run("greedy", gate.wait)
        assert refused.value.status_code == 429
        modest = asyncio.create_task(pool.run("modest", gate.wait, 10))
        gate.set()
        assert await asyncio.gather(*greedy, modest) == [True] * 3
        pool.close()

    asyncio.run(play())


def test_work_that_overruns_keeps_its_place_until_it_ends() -> None:
    async def play() -> None:
        pool, gate = WorkPool(Limits(threads=1, queue=0, work_seconds=0.05)), threading.Event()
        with pytest.raises(Busy, match=r"no answer within 0\.05 seconds"):
            await pool.run("slow", gate.wait, 10)
        assert pool.pending == 1
        with pytest.raises(Busy, match="too many requests"):
            await pool.run("next", gate.wait)
        gate.set()
        deadline = time.monotonic() + 5
        while pool.pending and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        assert await pool.run("next", lambda: 7) == 7
        pool.close()

    asyncio.run(play())


def test_errors_of_the_work_reach_whoever_asked() -> None:
    async def play() -> None:
        pool = WorkPool(Limits(threads=1))
        with pytest.raises(ZeroDivisionError):
            await pool.run("client", lambda: 1 / 0)
        pool.close()

    asyncio.run(play())
