"""What a bundle tells of how well it does: the compact form of an evaluation, in its model.json."""

from __future__ import annotations

from typing import Any

import numpy as np

from inkdigits.bundle import Bundle, write_bundle
from inkdigits.experiments.set_coverage import kept_quantiles
from inkdigits.pictures.data_url import png_url
from inkdigits.prediction_sets import CONFORMAL

MISTAKES = 24  # some 15 kB
_KEPT = (
    *("dataset", "accuracy", "accuracy_interval", "errors", "loss"),
    *("expected_calibration_error", "confusion_matrix", "reliability"),
)


def save_scores(bundle: Bundle, evaluation: dict[str, Any], mistake_images: np.ndarray) -> Bundle:
    """Writes the compact form of `evaluation` as "scores" into the model.json of `bundle`, and its sets' quantile.

    `mistake_images` uint8 (M, 28, 28) belong to the first M mistakes. Raises `BundleError`, also for sets that were not
    calibrated on the bundle's validation images.
    """
    kept: dict[str, Any] = {"scores": compact_scores(evaluation, mistake_images)}
    if "conformal" in evaluation:
        kept[CONFORMAL] = kept_quantiles(bundle, evaluation["conformal"])
    return write_bundle(bundle.path, bundle.read_model(), {**bundle.metadata, **kept})


def compact_scores(evaluation: dict[str, Any], mistake_images: np.ndarray) -> dict[str, Any]:
    """Scores, confusions and calibration of `evaluation`, and pictures of its most confident mistakes, at most 24."""
    mistakes = [
        {key: mistake[key] for key in ("index", "truth", "predicted", "confidence")} | {"image": png_url(image)}
        for mistake, image in zip(evaluation["mistakes"][:MISTAKES], mistake_images, strict=False)
    ]
    return {key: evaluation[key] for key in _KEPT} | {"mistakes": mistakes}
