"""Risk and coverage, against values worked out by hand."""

import numpy as np
import pytest

from inkdigits.evaluation.review import review, risk_coverage

CONFIDENCE = np.array([0.9, 0.6, 0.8, 0.5, 0.99])
CORRECT = np.array([True, False, False, True, True])


def test_the_curve_by_hand():
    """In order of confidence: right, right, wrong, wrong, right."""
    assert risk_coverage(CONFIDENCE, CORRECT) == [
        {"coverage": 0.2, "risk": 0.0},
        {"coverage": 0.4, "risk": 0.0},
        {"coverage": pytest.approx(0.6), "risk": pytest.approx(1 / 3)},
        {"coverage": 0.8, "risk": 0.5},
        {"coverage": 1.0, "risk": 0.4},
    ]


def test_what_a_person_must_look_at_by_hand():
    found = review(CONFIDENCE, CORRECT)
    assert found == {"errors_left": 1e-4, "share": pytest.approx(0.6), "threshold": 0.9}
    assert review(CONFIDENCE, CORRECT, errors_left=0.2) == {
        "errors_left": 0.2,
        "share": pytest.approx(0.4),
        "threshold": 0.8,
    }
    assert review(CONFIDENCE, CORRECT, errors_left=0.4)["share"] == 0.0


def test_equal_confidences_are_looked_at_together():
    """The two at 0.9 cannot be told apart, so the right one is looked at with the wrong one."""
    confidence, correct = np.array([0.9, 0.9, 1.0]), np.array([True, False, True])
    assert review(confidence, correct)["share"] == pytest.approx(2 / 3)
    assert review(confidence[::-1], correct[::-1]) == review(confidence, correct)
    assert [point["coverage"] for point in risk_coverage(confidence, correct)] == [pytest.approx(1 / 3), 1.0]


def test_without_errors_nobody_looks_and_with_sure_errors_everybody():
    assert review(np.array([0.5, 0.9]), np.array([True, True])) == {"errors_left": 1e-4, "share": 0.0, "threshold": 0.5}
    assert review(np.ones(3), np.array([True, True, False])) == {"errors_left": 1e-4, "share": 1.0, "threshold": None}


def test_long_curves_are_thinned_and_keep_their_end():
    generator = np.random.default_rng(0)
    confidence = generator.random(5000)
    correct = generator.random(5000) < confidence
    curve = risk_coverage(confidence, correct)
    assert 50 < len(curve) <= 100
    assert curve[-1] == {"coverage": 1.0, "risk": pytest.approx(1 - correct.mean())}
    assert [point["coverage"] for point in curve[-3:]] == pytest.approx([1 - 2 / 5000, 1 - 1 / 5000, 1])
    most_confident = np.argsort(-confidence)
    for point in curve[::10]:
        taken = most_confident[: round(point["coverage"] * 5000)]
        assert point["risk"] == pytest.approx(1 - correct[taken].mean())
