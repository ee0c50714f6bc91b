"""The scores, against scikit-learn, published tables and sums done by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import classification_report

from inkdigits.evaluation.metrics import (
    average_scores,
    class_scores,
    count_confusions,
    mean_log_loss,
    top_confusions,
    wilson_interval,
)

DIGITS = tuple("0123456789")


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_interval_gives_newcombes_values(successes: int, trials: int, low: float, high: float) -> None:
    assert wilson_interval(successes, trials) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_holds_the_share_and_mirrors(counts: tuple[int, int]) -> None:
    successes, trials = counts
    low, high = wilson_interval(successes, trials)
    assert 0 <= low <= successes / trials <= high <= 1
    assert wilson_interval(trials - successes, trials) == pytest.approx((1 - high, 1 - low), abs=1e-12)


@pytest.mark.parametrize("counts", [(0, 0), (3, 2), (-1, 2)])
def test_wilson_interval_refuses_impossible_counts(counts: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="successes of"):
        wilson_interval(*counts)


@pytest.mark.parametrize("present", [range(10), [1, 3, 8]])
def test_scores_equal_scikit_learns_report(present: range | list[int]) -> None:
    rng = np.random.default_rng(5)
    truth = rng.choice(list(present), 700)
    predicted = np.where(rng.random(700) < 0.7, truth, rng.choice(list(present), 700))
    report = classification_report(truth, predicted, output_dict=True)
    rows = class_scores(truth, predicted, DIGITS)
    for number in present:
        expected = report[str(number)]
        assert rows[number] == {
            "label": str(number),
            "precision": expected["precision"],
            "recall": expected["recall"],
            "f1": expected["f1-score"],
            "support": expected["support"],
        }
    for average in ("macro", "weighted"):
        found = average_scores(truth, predicted, average)
        expected = report[f"{average} avg"]
        assert list(found.values()) == [expected["precision"], expected["recall"], expected["f1-score"]]


def test_an_absent_class_scores_zero_and_leaves_the_averages_alone() -> None:
    truth, predicted = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    rows = class_scores(truth, predicted, ("a", "b", "c"))
    assert rows[2] == {"label": "c", "precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 0}
    assert rows[1] == pytest.approx({"label": "b", "precision": 2 / 3, "recall": 1.0, "f1": 0.8, "support": 2})
    assert average_scores(truth, predicted, "macro")["recall"] == pytest.approx(0.75)
    assert average_scores(truth, predicted, "macro")["precision"] == pytest.approx((1 + 2 / 3) / 2)


def test_confusions_by_hand() -> None:
    truth, predicted = np.array([0, 0, 0, 1, 1, 2, 2, 2]), np.array([0, 1, 1, 1, 2, 2, 0, 2])
    matrix = count_confusions(truth, predicted, 4)
    assert matrix.tolist() == [[1, 2, 0, 0], [0, 1, 1, 0], [1, 0, 2, 0], [0, 0, 0, 0]]
    assert top_confusions(matrix) == [
        {"truth": 0, "predicted": 1, "count": 2},
        {"truth": 1, "predicted": 2, "count": 1},
        {"truth": 2, "predicted": 0, "count": 1},
    ]
    assert top_confusions(matrix, limit=1) == [{"truth": 0, "predicted": 1, "count": 2}]


def test_loss_by_hand_even_when_one_class_occurs() -> None:
    probabilities = np.array([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]], np.float32)
    assert mean_log_loss(np.array([0, 1]), probabilities) == pytest.approx(
        -(math.log(0.5) + math.log(0.8)) / 2, rel=1e-6
    )
    assert mean_log_loss(np.array([1]), probabilities[:1]) == pytest.approx(math.log(4), rel=1e-6)


def test_a_sure_mistake_costs_much_but_not_infinity() -> None:
    certain = np.array([[1.0, 0.0]], np.float32)
    assert mean_log_loss(np.array([1]), certain) == pytest.approx(-math.log(2.220446049250313e-16), rel=1e-6)
    assert mean_log_loss(np.array([0]), certain) == pytest.approx(0, abs=1e-12)
