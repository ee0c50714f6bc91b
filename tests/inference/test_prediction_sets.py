"""Conformal sets, against values worked out by hand and the coverage they promise."""

import numpy as np
import pytest

from inkdigits.bundle import Bundle
from inkdigits.errors import BundleError, InkdigitsError
from inkdigits.prediction_sets import bundle_quantile, conformal_quantile, images_needed, prediction_sets


def two_classes(right: list[float]) -> np.ndarray:
    """Probabilities (N, 2) whose first class, the right one, has these."""
    return np.array([[share, 1 - share] for share in right])


def test_quantile_by_hand():
    """Scores 0.1 to 0.9; at 80 % of 10 the eighth smallest of nine."""
    probabilities = two_classes([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1])
    assert conformal_quantile(probabilities, np.zeros(9, int), 0.8) == pytest.approx(0.8)
    assert conformal_quantile(probabilities, np.zeros(9, int), 0.81) == pytest.approx(0.9)
    assert conformal_quantile(probabilities[::-1], np.zeros(9, int), 0.9) == pytest.approx(0.9)


def test_sets_by_hand():
    probabilities = np.array([[0.7, 0.25, 0.05], [0.4, 0.35, 0.25], [0.98, 0.01, 0.01]])
    assert prediction_sets(probabilities, 0.7).tolist() == [
        [True, False, False],
        [True, True, False],
        [True, False, False],
    ]
    # A set is never empty, however strict the quantile.
    assert prediction_sets(probabilities, 0.0).sum(axis=1).tolist() == [1, 1, 1]
    assert prediction_sets(probabilities, 1.0).all()


def test_a_float_does_not_ask_for_one_image_more():
    """0.999 x 1,000 is 999.0000000000001 in floats."""
    assert images_needed(0.999) == 999
    assert [images_needed(share) for share in (0.9, 0.9999, 0.99999)] == [9, 9999, 99999]
    scores = np.random.default_rng(0).random(999)
    assert conformal_quantile(two_classes(list(scores)), np.zeros(999, int), 0.999) == pytest.approx(1 - scores.min())


def test_too_few_images_and_odd_coverages_are_refused():
    with pytest.raises(InkdigitsError, match=r"coverage 0.99: takes 99 labelled images to calibrate on, there are 2"):
        conformal_quantile(two_classes([0.5, 0.5]), np.zeros(2, int), 0.99)
    for wrong in (0.0, 1.0, 1.5, float("nan")):
        with pytest.raises(InkdigitsError, match="must lie between 0 and 1"):
            images_needed(wrong)


@pytest.mark.parametrize("coverage", [0.8, 0.9, 0.95])
def test_new_images_are_covered_as_promised(coverage):
    """Of a model that is wrong about its own confidence; over 300 draws the mean is within a standard error or two."""
    generator = np.random.default_rng(1)
    found = []
    for _ in range(300):
        truth = generator.integers(0, 5, 400)
        logits = generator.normal(0, 1, (400, 5)) + 0.5 * np.eye(5)[truth]
        shares = np.exp(4 * logits) / np.exp(4 * logits).sum(axis=1, keepdims=True)
        quantile = conformal_quantile(shares[:200], truth[:200], coverage)
        sets = prediction_sets(shares[200:], quantile)
        found.append(sets[np.arange(200), truth[200:]].mean())
    assert coverage - 0.003 <= np.mean(found) <= coverage + 1 / 201 + 0.006


def test_a_bundle_tells_its_quantiles(tmp_path):
    bundle = Bundle(tmp_path, {"conformal": {"0.999": 0.97, "0.9": "much"}})
    assert bundle_quantile(bundle, 0.999) == 0.97
    for missing in (0.99, 0.9):
        with pytest.raises(BundleError, match=rf"inkdigits evaluate .* --coverage {missing} --save"):
            bundle_quantile(bundle, missing)
    with pytest.raises(BundleError, match="keeps no sets"):
        bundle_quantile(Bundle(tmp_path, {"conformal": 3}), 0.9)


@pytest.mark.parametrize("coverage", [7, float("nan"), 0])
def test_a_coverage_that_no_set_has_is_refused_before_the_bundle_is_asked(tmp_path, coverage):
    with pytest.raises(InkdigitsError, match="must lie between 0 and 1"):
        bundle_quantile(Bundle(tmp_path, {"conformal": {}}), coverage)


@pytest.mark.parametrize(("kept", "coverage"), [(0.5, 0.90000001), (True, 0.9), (np.nan, 0.9)])
def test_a_quantile_of_another_coverage_or_none_is_not_taken(tmp_path, kept, coverage):
    with pytest.raises(BundleError, match="keeps no sets"):
        bundle_quantile(Bundle(tmp_path, {"conformal": {"0.9": kept}}), coverage)
