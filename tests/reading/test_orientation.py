"""The quarter turn of a page: on MNIST's test digits with the model that ships, and its rules with a made-up one."""

import numpy as np
import pytest

from inkdigits import Recognizer
from inkdigits.reading.marks import Mark, find_marks
from inkdigits.reading.orientation import TURNS, find_turn
from inkdigits.reading.result import Box
from inkdigits.recognizer import Recognition


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer(threads=1)


@pytest.mark.parametrize("turn", TURNS)
def test_a_page_of_digits_is_set_upright(draw, recognizer, turn):
    ink = draw("0123456789", "314159  265", "2718281828").ink
    lying = np.ascontiguousarray(np.rot90(ink, turn // 90))  # counterclockwise, so that `turn` clockwise undoes it
    assert find_turn(find_marks(lying)[0], recognizer) == turn


@pytest.mark.parametrize("number", ["23", "4752", "7"])
def test_few_digits_are_left_as_they_are(draw, recognizer, number):
    assert find_turn(find_marks(draw(number).ink)[0], recognizer) == 0


def test_no_marks_leave_the_page_as_it_is(recognizer):
    assert find_turn([], recognizer) == 0


class Doubting:
    """Gives a mark with its bright edge on top one probability of being a digit, and any other mark another."""

    def __init__(self, upright: float, other: float) -> None:
        self.upright, self.other, self.looks = upright, other, []

    def recognise(self, crops: list[np.ndarray]) -> Recognition:
        self.looks.append(len(crops))
        on_top = np.array([crop[0].mean() > 1.5 * crop.mean() for crop in crops])
        probabilities = np.zeros((len(crops), 10), np.float32)
        probabilities[:, 0] = 1
        is_digit = np.where(on_top, self.upright, self.other).astype(np.float32)
        return Recognition(
            probabilities, is_digit, np.zeros(len(crops), np.float32), np.zeros((len(crops), 28, 28), np.uint8)
        )


def marks(count: int, turns: int = 0) -> list[Mark]:
    """`count` marks whose bright edge is on top, turned counterclockwise."""
    ink = np.full((30, 30), 60, np.uint8)
    ink[:6] = 255
    ink = np.ascontiguousarray(np.rot90(ink, turns))
    return [Mark(Box(40 * i, 0, 40 * i + 30, 30), ink) for i in range(count)]


@pytest.mark.parametrize("turn", TURNS)
def test_agreement_of_a_few_is_enough(turn):
    doubting = Doubting(0.99, 0.1)
    assert find_turn(marks(200, turn // 90), doubting) == turn
    assert doubting.looks == [4 * 14]


def test_where_a_few_are_not_sure_sixty_are_looked_at_and_no_more():
    doubting = Doubting(0.55, 0.45)  # 0.2 nats a mark: 2.8 after 14 marks, 12 after 60
    assert find_turn(marks(200, 1), doubting) == 90
    assert sum(doubting.looks) == 4 * 60


def test_a_page_is_not_turned_for_less_than_four_nats():
    # A mark speaks for turning it by log(0.9 / 0.3), 1.1 nats.
    assert find_turn(marks(3, 2), Doubting(0.9, 0.3)) == 0
    assert find_turn(marks(4, 2), Doubting(0.9, 0.3)) == 180


def test_no_single_mark_says_more_than_one_in_fifty():
    # Were its ratio of a million taken as it is, one mark would turn the page: it counts for 3.9 nats.
    assert find_turn(marks(1, 1), Doubting(0.99, 1e-6)) == 0
    assert find_turn(marks(2, 1), Doubting(0.99, 1e-6)) == 90


def test_specks_and_giants_have_no_say():
    class SizeOnly(Doubting):
        def recognise(self, crops):
            assert {crop.shape for crop in crops} == {(30, 30)}
            return super().recognise(crops)

    odd = [Mark(Box(0, 50 * i, 8, 50 * i + 8), np.full((8, 8), 255, np.uint8)) for i in range(20)]
    giant = Mark(Box(0, 900, 400, 1300), np.full((400, 400), 255, np.uint8))
    assert find_turn([*marks(30, 3), *odd, giant], SizeOnly(0.99, 0.1)) == 270
