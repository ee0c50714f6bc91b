"""Measured coverage, by hand and over splits."""

import numpy as np
import pytest

from inkdigits.errors import InkdigitsError
from inkdigits.evaluation.coverage import coverage_over_splits, measured_sets


def test_sets_are_measured_by_hand():
    probabilities = np.array([[0.7, 0.25, 0.05], [0.4, 0.35, 0.25], [0.1, 0.2, 0.7]])
    found = measured_sets(probabilities, np.array([0, 1, 0]), 0.7)
    assert found == {
        "coverage": pytest.approx(2 / 3),
        "size": pytest.approx(4 / 3),
        "single": pytest.approx(2 / 3),
        "largest": 2,
    }


def test_many_splits_cover_as_promised():
    generator = np.random.default_rng(0)
    truth = generator.integers(0, 4, 2000)
    logits = 2 * generator.normal(0, 1, (2000, 4)) + 2 * np.eye(4)[truth]
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    found = coverage_over_splits(shares, truth, 0.9, splits=100)
    low, high = found["coverage_interval"]
    assert found["coverage"] == pytest.approx(0.9, abs=0.005)
    assert 0.86 < low < found["coverage"] < high < 0.94
    assert 1 < found["size"] < 4
    assert found == coverage_over_splits(shares, truth, 0.9, splits=100)


def test_halves_must_suffice():
    with pytest.raises(InkdigitsError, match="takes 99 labelled images to calibrate on, there are 60"):
        coverage_over_splits(np.full((120, 2), 0.5), np.zeros(120, int), 0.99)
