"""The benchmarks are scripts beside each other; their tests import them as they import one another."""

import sys
from pathlib import Path

import numpy as np
import pytest

from inkdigits.reading.result import Box, Digit

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))


@pytest.fixture
def make_digit():
    """Makes a mark as the reader gives it, from its value (None: rejected) and its corners."""

    def make(value: str | None, corners: tuple[int, int, int, int]) -> Digit:
        return Digit(value, 0.9, Box(*corners), (), np.zeros((28, 28), np.uint8))

    return make
