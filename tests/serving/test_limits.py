import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from inkdigits.errors import BundleError
from inkdigits.serving.app import create_app
from inkdigits.serving.body_limits import BodyLimits
from inkdigits.serving.options import Limits, Options
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


def test_requests_count_before_their_bodies_have_arrived() -> None:
    app = create_app(Options(limits=Limits(threads=1, queue=1, each_client=1)))

    async def ask(address: str, path: str, content: AsyncIterator[bytes] | bytes) -> int:
        transport = httpx2.ASGITransport(app, client=(address, 1))
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return (await client.post(path, content=content)).status_code

    async def play(path: str) -> None:
        begun, go_on = asyncio.Semaphore(0), asyncio.Event()

        async def half_sent() -> AsyncIterator[bytes]:
            yield b"no "
            begun.release()
            await go_on.wait()
            yield b"picture"

        waiting = [asyncio.create_task(ask(address, path, half_sent())) for address in ("10.0.0.1", "10.0.0.2")]
        async with asyncio.timeout(10):
            await begun.acquire()
            await begun.acquire()
        assert await ask("10.0.0.1", path, b"another") == 429
        assert await ask("10.0.0.3", path, b"another") == 503
        go_on.set()
        assert await asyncio.gather(*waiting) == [422, 422]
        assert await ask("10.0.0.1", path, b"another") == 422

    async def play_all() -> None:
        await app.state.service.warm_up()
        for path in ("/v1/read", "/v1/classify", "/v1/explain", "/v2/models/inkdigits/infer"):
            await play(path)
        app.state.service.close()

    asyncio.run(play_all())


def test_memory_that_runs_out_sends_away_and_is_no_failure(
    client: TestClient, seven: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_memory(*arguments: object) -> None:
        raise MemoryError

    def model_without_memory(*arguments: Any, **options: Any) -> None:
        for requests in arguments[2:]:
            next(requests)
        raise BundleError("model.onnx: the model fails: not enough memory") from RuntimeError("bad_alloc")

    with monkeypatch.context() as patched:
        patched.setattr("inkdigits.serving.routes.read_upload", without_memory)
        patched.setattr("inkdigits.serving.service.classify_requests", model_without_memory)
        patched.setattr("inkdigits.serving.service.Explainer", model_without_memory)
        for path in ("/v1/read", "/v1/classify", "/v1/explain"):
            answer = client.post(path, content=seven)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
            assert answer.json()["error"] == "not enough memory at present; try again shortly"
    assert client.post("/v1/read", content=seven).json()["text"] == "7"
    for path in ("/v1/read", "/v1/explain?seen=true"):  # a name alone is no lack of memory
        assert client.post(path, files={"image": ("bad_alloc.png", seven[:9])}).status_code == 422
