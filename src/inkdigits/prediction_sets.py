"""Sets of classes that hold the right one as often as was asked: split conformal prediction.

Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random World", 2005; the score is that of Sadinle, Lei and
Wasserman, 2019. It holds for images drawn as the calibration images were, however good the model is.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, isfinite

import numpy as np

from inkdigits.bundle import Bundle
from inkdigits.errors import BundleError, InkdigitsError

CONFORMAL = "conformal"  # in a bundle's model.json: its quantiles, by coverage


def conformal_quantile(probabilities: np.ndarray, truth: np.ndarray, coverage: float) -> float:
    """How improbable a class may be to stay in a set of that coverage, from images the model was not fitted to.

    `probabilities` floats (N, classes), `truth` int64 (N,) the right classes, 0 < `coverage` < 1. Gives the
    ceil((N + 1) coverage)-th smallest of 1 - p(right class). Raises `InkdigitsError` where N is too small for it.
    """
    needed = images_needed(coverage)
    if len(truth) < needed:
        raise InkdigitsError(
            f"coverage {coverage:g}: takes {needed:,} labelled images to calibrate on, there are {len(truth):,}; "
            "ask for less"
        )
    scores = np.sort(_improbability(probabilities)[np.arange(len(truth)), truth])
    return float(scores[ceil((len(scores) + 1) * _as_written(coverage)) - 1])


def images_needed(coverage: float) -> int:
    """How many images it takes to calibrate for that coverage; raises `InkdigitsError` unless 0 < `coverage` < 1."""
    if not 0 < coverage < 1:
        raise InkdigitsError(f"coverage {coverage:g}: must lie between 0 and 1, such as 0.999")
    share = _as_written(coverage)
    return ceil(share / (1 - share))


def prediction_sets(probabilities: np.ndarray, quantile: float) -> np.ndarray:
    """Which classes are in each image's set, bool (N, classes); the likeliest always is.

    `probabilities` floats (N, classes); `quantile` is that of `conformal_quantile`.
    """
    sets = _improbability(probabilities) <= quantile
    sets[np.arange(len(sets)), probabilities.argmax(axis=1)] = True
    return sets


def bundle_quantile(bundle: Bundle, coverage: float) -> float:
    """The quantile that the bundle keeps for `coverage`; raises `BundleError` where it keeps none."""
    images_needed(coverage)
    quantiles = bundle.metadata.get(CONFORMAL)
    found = quantiles.get(coverage_key(coverage)) if isinstance(quantiles, dict) else None
    if isinstance(found, bool) or not isinstance(found, float | int) or not isfinite(found):
        raise BundleError(
            f"{bundle.path}: keeps no sets of coverage {coverage:g}; calibrate them: "
            f"inkdigits evaluate {bundle.path} --coverage {coverage:g} --save"
        )
    return float(found)


def coverage_key(coverage: float) -> str:
    """What a bundle keeps the quantile of a coverage under: "0.999", and never that of another one."""
    return repr(float(coverage))


def _as_written(coverage: float) -> Fraction:
    """0.999 as 999/1000: of 1,000 images it takes 999, whatever floats say."""
    return Fraction(repr(float(coverage)))


def _improbability(probabilities: np.ndarray) -> np.ndarray:
    return 1 - probabilities.astype(np.float64)
