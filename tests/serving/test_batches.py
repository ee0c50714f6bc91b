"""Requests that are worked on together, each with an outcome of its own."""

import asyncio
import threading
from collections.abc import Iterator
from itertools import islice
from typing import Any

from inkdigits.serving.batches import Batches
from inkdigits.serving.options import Limits
from inkdigits.serving.problems import Busy
from inkdigits.serving.work_pool import WorkPool


class Squares:
    """Squares numbers; waits within the first batch until told to go on."""

    def __init__(self, most: int = 100) -> None:
        self.most = most
        self.gate = threading.Event()
        self.batches: list[list[int]] = []

    def __call__(self, numbers: Iterator[int]) -> list[Any]:
        taken = list(islice(numbers, self.most))
        self.batches.append(taken)
        self.gate.wait(10)
        if 13 in taken:
            raise ArithmeticError("unlucky")
        return [ValueError(f"{number} < 0") if number < 0 else number**2 for number in taken]


def play(squares: Squares, *numbers: int, **limits: float) -> tuple[list[Any], int]:
    """What the numbers, the first of them alone, give; and how many requests are pending at the end."""

    async def together() -> tuple[list[Any], int]:
        pool = WorkPool(Limits(**({"threads": 1} | limits)))
        batches = Batches(pool, squares)
        first, *others = numbers
        tasks = [asyncio.create_task(batches.run("client", first))]
        while not squares.batches:
            await asyncio.sleep(0.001)
        tasks += [asyncio.create_task(batches.run("client", number)) for number in others]
        await asyncio.sleep(0)
        squares.gate.set()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.01)
        pool.close()
        return outcomes, pool.pending

    return asyncio.run(together())


def test_those_that_wait_are_the_next_batch() -> None:
    squares = Squares()
    assert play(squares, 2, 3, 4, 5) == ([4, 9, 16, 25], 0)
    assert [batch for batch in squares.batches if batch] == [[2], [3, 4, 5]]


def test_an_error_of_one_is_not_that_of_others() -> None:
    (first, second, third), pending = play(Squares(), 2, -3, 4)
    assert (first, third, pending) == (4, 16, 0)
    assert isinstance(second, ValueError)


def test_an_error_of_the_work_reaches_all_it_took_and_nobody_else() -> None:
    (first, *others), pending = play(Squares(), 2, 13, 4)
    assert (first, pending) == (4, 0)
    assert [type(error) for error in others] == [ArithmeticError] * 2


def test_what_is_not_taken_waits_for_the_next() -> None:
    squares = Squares(most=2)
    assert play(squares, 1, 2, 3, 4, 5, 6)[0] == [1, 4, 9, 16, 25, 36]
    assert [len(batch) for batch in squares.batches if batch] == [1, 2, 2, 1]


def test_there_is_room_for_so_many() -> None:
    (*answers, last), pending = play(Squares(), 2, 3, 4, queue=1)
    assert (answers, pending) == ([4, 9], 0)
    assert isinstance(last, Busy)
    assert last.status_code == 503


def test_several_threads_share_them() -> None:
    numbers = range(20, 60)
    assert play(Squares(most=3), *numbers, threads=4, each_client=40)[0] == [number**2 for number in numbers]
