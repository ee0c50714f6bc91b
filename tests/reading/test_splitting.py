"""Lattices of candidates, with a recogniser whose answers are known: cut, joined, and always a way from end to end."""

import math
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.reading.lattice import best_path, log_probability
from inkdigits.reading.layout import MarkLine, find_lines
from inkdigits.reading.marks import Mark, find_marks
from inkdigits.reading.splitting import number_lattices
from inkdigits.recognizer import Recognition


class Told:
    """A recogniser that finds the digit 8, and several, with the probabilities that functions of the crop tell."""

    def __init__(
        self, is_digit: Callable[[np.ndarray], float], is_several: Callable[[np.ndarray], float] | None = None
    ) -> None:
        self.is_digit, self.is_several, self.calls = is_digit, is_several or wide, 0

    def recognise(self, crops: list[np.ndarray]) -> Recognition:
        self.calls += 1
        assert all(crop.dtype == np.uint8 and crop.ndim == 2 and crop.size for crop in crops)
        probabilities = np.full((len(crops), 10), 0.001, np.float32)
        probabilities[:, 8] = 0.991
        told = np.array([self.is_digit(crop) for crop in crops], np.float32)
        several = (1 - told) * np.array([self.is_several(crop) for crop in crops], np.float32)
        return Recognition(probabilities, told, several, np.zeros((len(crops), 28, 28), np.uint8))


def wide(crop: np.ndarray) -> float:
    """What is wider than high is several digits, if it is not one."""
    return 0.9 if crop.shape[1] > 0.9 * crop.shape[0] else 0.0


def one_digit(crop: np.ndarray) -> float:
    """A block is a digit when it is about two thirds as wide as high."""
    return 0.99 if 0.5 <= crop.shape[1] / crop.shape[0] <= 0.85 else 0.01


def lines_of(ink: np.ndarray) -> list[MarkLine]:
    return find_lines(find_marks(ink)[0])


def read(ink: np.ndarray, is_digit: Callable[[np.ndarray], float] = one_digit) -> list[list[str]]:
    found = number_lattices(lines_of(ink), Told(is_digit))
    return [["".join("□" if v is None else str(v) for _, v in best_path(number)) for number in line] for line in found]


def blocks(*lefts: int, width: int = 26, height: int = 40, page: tuple[int, int] = (90, 700)) -> np.ndarray:
    ink = np.zeros(page, np.uint8)
    for left in lefts:
        ink[20 : 20 + height, left : left + width] = 255
    return ink


def test_blocks_apart_are_digits():
    assert read(blocks(20, 60, 100)) == [["888"]]


def test_numbers_apart_on_a_line_are_numbers_apart():
    assert read(blocks(20, 60, 100, 300, 340)) == [["888", "88"]]
    assert read(blocks(20, 60)) == [["88"]]
    assert read(blocks(20, 120)) == [["8", "8"]]


def test_wide_spacing_throughout_is_one_number():
    assert read(blocks(*range(20, 600, 64))) == [["8" * 10]]


@pytest.mark.parametrize("count", [2, 3, 5])
def test_touching_blocks_are_cut(count):
    lefts = [20 + 30 * i for i in range(count)]
    ink = blocks(*lefts)
    ink[38:41, 20 : lefts[-1] + 10] = 255  # a thread through them all
    assert len(find_marks(ink)[0]) == 1
    assert read(ink) == [["8" * count]]


def test_the_pieces_of_a_broken_digit_are_joined():
    ink = blocks(20, 60, 100)
    ink[:, 70:74] = 0  # the second is in two, 10 and 12 pixels wide
    assert len(find_marks(ink)[0]) == 4
    assert read(ink) == [["888"]]


def test_what_is_no_digit_is_kept_whole_and_in_its_place():
    ink = blocks(20, 100)
    ink[20:60, 60:62] = 255  # a bar, far too slim to be a digit
    assert read(ink) == [["8□8"]]


def test_a_sure_digit_is_neither_cut_nor_joined():
    assert read(blocks(20, 52, width=30), lambda crop: 0.95) == [["88"]]


@pytest.mark.parametrize(("several", "wanted"), [(0.97, "88"), (0.001, "□")])
def test_the_look_of_a_whole_mark_decides_whether_it_is_split(several, wanted):
    ink = blocks(20, 50)
    ink[38:41, 20:70] = 255  # both halves look like digits, as those of a letter may

    def one_of_two(crop: np.ndarray) -> float:
        return 0.6 * one_digit(crop)

    def knowing(crop: np.ndarray) -> Recognition:
        return Told(one_of_two, lambda crop: several if crop.shape[1] > crop.shape[0] else 0.0).recognise(crop)

    ((lattice,),) = number_lattices(lines_of(ink), SimpleNamespace(recognise=knowing))
    assert "".join("□" if value is None else str(value) for _, value in best_path(lattice)) == wanted


def test_boxes_are_those_of_the_ink():
    ink = blocks(20, 56)
    ink[38:41, 20:70] = 255  # a bridge from 46 to 56

    def narrow(crop: np.ndarray) -> float:
        return 0.99 if crop.shape[1] < 0.95 * crop.shape[0] else 0.01

    ((lattice,),) = number_lattices(lines_of(ink), Told(narrow))
    first, second = (segment.box for segment, _ in best_path(lattice))
    assert (first.left, first.top, first.bottom) == (20, 20, 60)
    assert (second.top, second.right, second.bottom) == (20, 82, 60)
    assert 46 <= first.right <= 56
    assert 46 <= second.left <= 56


def test_every_line_of_a_page_is_recognised_in_two_batches():
    ink = np.concatenate([blocks(20, 60), blocks(20, 50, 100), blocks(20)])
    told = Told(one_digit)
    assert [len(line) for line in number_lattices(lines_of(ink), told)] == [1, 1, 1]
    assert told.calls == 2


def test_nothing_gives_nothing():
    assert number_lattices([], Told(one_digit)) == []


@settings(max_examples=40, deadline=None)
@given(
    places=st.lists(
        st.tuples(st.integers(0, 500), st.integers(0, 60), st.integers(6, 150), st.integers(6, 80)),
        min_size=1,
        max_size=12,
    ),
    seed=st.integers(0, 10**6),
)
def test_there_is_always_a_way_from_end_to_end(places, seed):
    generator = np.random.default_rng(seed)
    ink = np.zeros((150, 700), np.uint8)
    for left, top, width, height in places:
        ink[top : top + height, left : left + width] |= (generator.random((height, width)) < 0.8).astype(np.uint8) * 255
    lines = lines_of(ink)
    answers = generator.random(10**5)
    found = number_lattices(lines, Told(lambda crop: float(answers[int(crop.sum()) % len(answers)])))
    assert len(found) == len(lines)
    for line, numbers in zip(lines, found, strict=True):
        assert numbers
        edges = [mark.box for mark in line.marks]
        for lattice in numbers:
            path = best_path(lattice)
            assert math.isfinite(log_probability(path))
            assert path[0][0].start == 0
            assert path[-1][0].end == lattice.length
            for segment in lattice.segments:
                assert 0 <= segment.start < segment.end <= lattice.length
                assert segment.box.left >= min(box.left for box in edges)
                assert segment.box.right <= max(box.right for box in edges)


def test_very_many_marks_are_answered_with_a_bounded_number_of_looks():
    ink = np.zeros((900, 900), np.uint8)
    for top in range(10, 880, 22):
        for left in range(10, 880, 20):
            ink[top : top + 12, left : left + 9] = 255
    looks = []

    def counting(crop: np.ndarray) -> float:
        looks.append(crop.shape)
        return 0.5

    lines = lines_of(ink)
    marks = sum(len(line.marks) for line in lines)
    number_lattices(lines, Told(counting))
    assert marks > 1000
    assert len(looks) < 8 * marks


def mark_ids(lines: list[MarkLine]) -> set[int]:
    return {id(mark) for line in lines for mark in line.marks}


def test_marks_seen_once_are_not_looked_at_again():
    lines = lines_of(blocks(20, 60, 100))
    seen: list[Mark] = []

    def noting(crop: np.ndarray) -> float:
        seen.append(crop)
        return 0.99

    number_lattices(lines, Told(noting))
    assert len(seen) == len(mark_ids(lines)) == 3
