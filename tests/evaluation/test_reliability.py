"""Calibration, against values worked out by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.evaluation.calibration import expected_calibration_error, reliability


def test_two_bins_by_hand() -> None:
    confidence = np.array([0.9, 0.6, 0.8, 0.5])
    correct = np.array([True, False, True, True])
    curve = reliability(confidence, correct, bins=2)
    assert curve == [
        {"confidence": pytest.approx(0.55), "accuracy": 0.5, "count": 2},
        {"confidence": pytest.approx(0.85), "accuracy": 1.0, "count": 2},
    ]
    assert expected_calibration_error(curve) == pytest.approx((2 * 0.05 + 2 * 0.15) / 4)


def test_equal_confidences_share_a_bin() -> None:
    """Four of five right at confidence 0.8 is perfect calibration; split bins would make it look bad."""
    curve = reliability(np.full(100, 0.8), np.arange(100) % 5 > 0)
    assert curve == [{"confidence": pytest.approx(0.8), "accuracy": 0.8, "count": 100}]
    assert expected_calibration_error(curve) == pytest.approx(0, abs=1e-12)


def test_bins_have_equal_mass() -> None:
    confidence = np.random.default_rng(0).permutation(np.linspace(0.1, 1, 1500))
    assert [entry["count"] for entry in reliability(confidence, confidence > 0.5)] == [100] * 15


def test_an_independent_implementation_agrees() -> None:
    """Guo et al.'s sum over bins, written out: sorted by confidence, 15 bins of equal mass."""
    generator = np.random.default_rng(3)
    confidence = generator.uniform(0.1, 1, 1000)
    correct = generator.random(1000) < confidence**2
    pairs = sorted(zip(confidence.tolist(), correct.tolist(), strict=True))
    # 1,000 is 10 bins of 67 and 5 of 66.
    starts = np.cumsum([0] + [67] * 10 + [66] * 5).tolist()
    total = 0.0
    for start, end in itertools.pairwise(starts):
        part = pairs[start:end]
        gap = sum(right for _, right in part) / len(part) - sum(sure for sure, _ in part) / len(part)
        total += abs(gap) * len(part) / 1000
    assert expected_calibration_error(reliability(confidence, correct)) == pytest.approx(total)


def test_always_sure_and_always_wrong_is_the_worst() -> None:
    assert expected_calibration_error(reliability(np.ones(9), np.zeros(9, bool))) == 1.0
    assert expected_calibration_error(reliability(np.ones(9), np.ones(9, bool))) == 0.0


@given(st.lists(st.tuples(st.floats(0, 1, width=32), st.booleans()), min_size=1, max_size=80), st.randoms())
def test_order_does_not_matter_and_bounds_hold(answers: list[tuple[float, bool]], random) -> None:
    def curve(pairs: list[tuple[float, bool]]) -> list[dict]:
        return reliability(np.array([p[0] for p in pairs], np.float32), np.array([p[1] for p in pairs]))

    found = curve(answers)
    shuffled = random.sample(answers, len(answers))
    assert curve(shuffled) == found
    assert sum(entry["count"] for entry in found) == len(answers)
    assert len(found) <= 15
    assert all(entry["count"] > 0 for entry in found)
    assert 0 <= expected_calibration_error(found) <= 1 + 1e-9
    confidences = [entry["confidence"] for entry in found]
    assert confidences == sorted(confidences)
