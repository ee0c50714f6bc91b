"""The load and its table, against a service made up here that answers as it is told."""

import asyncio
from collections.abc import Iterator
from itertools import cycle

import pytest

from serving import told
from serving_load import LOST, Outcome, paced, question, unpaced
from serving_table import PHASES, markdown

QUESTIONS = [question("/", "text/plain", b"a", b"yes"), question("/", "text/plain", b"b", b"yes")]


async def loaded(answers: Iterator[bytes | None], load, *arguments: float) -> Outcome:
    """The outcome against a service that gives these answers in turn; None breaks the connection."""

    serving = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.append(asyncio.current_task())
        while await reader.read(1000):
            answer = next(answers)
            if answer is None:
                break
            writer.write(answer)
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        return await load(server.sockets[0].getsockname()[1], QUESTIONS, *arguments)
    finally:
        server.close()
        await asyncio.gather(*serving)


def answer(status: int, body: bytes) -> bytes:
    return b"HTTP/1.1 %d x\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)


def test_answers_are_counted_by_status_and_checked() -> None:
    answers = cycle([answer(200, b"oh yes"), answer(200, b"no"), answer(503, b"busy"), None])
    outcome = asyncio.run(loaded(answers, unpaced, 1, 0.2))
    counts = [outcome.count(200), outcome.count(503), outcome.count(LOST)]
    assert counts[0] > 10
    assert counts[0] / 2 == pytest.approx(counts[1], abs=1)
    assert counts[1] == pytest.approx(counts[2], abs=1)
    assert outcome.right == pytest.approx(counts[0] / 2, abs=1)
    figures = told(outcome)
    assert figures["wrong"] == outcome.count() - outcome.right
    assert figures["answers"] == {"0": counts[2], "200": counts[0], "503": counts[1]}


def test_a_paced_load_asks_as_often_as_it_is_told() -> None:
    outcome = asyncio.run(loaded(cycle([answer(200, b"yes")]), paced, 4, 0.5, 200))
    assert 50 < outcome.count() == outcome.right < 200


def test_a_number_for_each_phase_is_in_the_table() -> None:
    phase = {"a_second": 1600.0, "answers": {"0": 3, "200": 16_000, "429": 2}, "wrong": 0, "p50_ms": 1.5, "p99_ms": 9.5}
    machine = {"cores": 2, "processor": "a processor"}
    lines = markdown({"machine": machine, "version": "1", "workers": 2, **dict.fromkeys(PHASES, phase)}).splitlines()
    rows = [line for line in lines if line.startswith("| /v1/")]
    assert len(rows) == len(PHASES)
    assert rows[0].endswith("|  | 1,600 | 1.5 | 9.5 | 0 |  | 3 | 2 | 0 | 1,500 a second, no error |")
