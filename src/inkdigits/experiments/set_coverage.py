"""A bundle's sets of digits: calibrated on its validation images, measured, and kept in its model.json."""

from __future__ import annotations

from typing import Any

import numpy as np

from inkdigits.bundle import Bundle
from inkdigits.datasets import DigitImages, split
from inkdigits.errors import BundleError, DatasetError
from inkdigits.evaluation.coverage import coverage_over_splits, measured_sets
from inkdigits.evaluation.evaluate import recognised
from inkdigits.prediction_sets import CONFORMAL, conformal_quantile, coverage_key, images_needed
from inkdigits.recognizer import Recognizer


def set_coverage(
    recognizer: Recognizer, digits: DigitImages, probabilities: np.ndarray, coverage: float
) -> dict[str, Any]:
    """How often sets of that coverage hold the right digit of `digits`, and how large they are; ready for JSON.

    `probabilities` (N, classes) are the recogniser's of `digits`.
    "validation" tells of sets calibrated on the bundle's own validation images, None where these are too few or not at
    hand, and for an ensemble, some of whose members were trained on them;
    "halves" of sets calibrated on one half of `digits` and measured on the other, over many random halvings, None where
    a half is too few. Raises `InkdigitsError` where neither can be had.
    """
    found: dict[str, Any] = {"coverage": coverage, "validation": None, "halves": None}
    validation = None if "members" in recognizer.bundle.metadata else validation_images(recognizer.bundle)
    enough = images_needed(coverage)
    if validation is not None and len(validation) >= enough:
        quantile = conformal_quantile(recognised(recognizer, validation), validation.labels, coverage)
        found["validation"] = {"quantile": quantile, **measured_sets(probabilities, digits.labels, quantile)}
    if found["validation"] is None or len(digits) // 2 >= enough:
        found["halves"] = coverage_over_splits(probabilities, digits.labels, coverage)
    return found


def validation_images(bundle: Bundle) -> DigitImages | None:
    """The images that the bundle's seed held out for validation, or None where they are unknown or not at hand.

    Of one's own set they lie where model.json says.
    """
    try:
        recipe, seed = bundle.metadata["recipe"], bundle.metadata["seed"]
        wanted = bundle.metadata["data"]["validation"]["sha256"]
        found = split(recipe["data"], recipe["protocol"], seed=seed, skip_bad=True).validation
    except (LookupError, TypeError, AttributeError, ValueError, OverflowError, OSError, DatasetError):
        return None
    return found if found.sha256 == wanted else None


def kept_quantiles(bundle: Bundle, conformal: dict[str, Any]) -> dict[str, float]:
    """The quantiles that the model.json of `bundle` is to keep, by coverage: its own, and that of `set_coverage`.

    Raises `BundleError` where it was not calibrated on the bundle's validation images.
    """
    if conformal["validation"] is None:
        raise BundleError(
            f"{bundle.path}: keeps sets calibrated on its validation images alone, which are too few or not at hand; "
            "leave out --save"
        )
    kept = bundle.metadata.get(CONFORMAL)
    found = {coverage_key(conformal["coverage"]): conformal["validation"]["quantile"]}
    return kept | found if isinstance(kept, dict) else found
