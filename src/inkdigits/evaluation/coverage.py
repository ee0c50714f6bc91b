"""Whether sets of classes hold the right one as often as they promise, and how large they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from inkdigits.prediction_sets import conformal_quantile, prediction_sets

SPLITS = 500
SEED = 0


def measured_sets(probabilities: np.ndarray, truth: np.ndarray, quantile: float) -> dict[str, Any]:
    """Of the sets at `quantile`: the share that hold the right class, their mean size, the share of single classes.

    `probabilities` floats (N, classes), `truth` int64 (N,), N > 0.
    """
    sets = prediction_sets(probabilities, quantile)
    sizes = sets.sum(axis=1)
    return {
        "coverage": float(sets[np.arange(len(truth)), truth].mean()),
        "size": float(sizes.mean()),
        "single": float((sizes == 1).mean()),
        "largest": int(sizes.max()),
    }


def coverage_over_splits(
    probabilities: np.ndarray, truth: np.ndarray, coverage: float, splits: int = SPLITS
) -> dict[str, Any]:
    """Coverage and size, means over random halvings of the images: one half calibrates, the other is scored.

    `probabilities` floats (N, classes), `truth` int64 (N,). "coverage_interval" holds the middle 95 % of the splits.
    Raises `InkdigitsError` where half of the images are too few for `coverage`.
    """
    generator = np.random.default_rng(SEED)
    half = len(truth) // 2
    found = []
    for _ in range(splits):
        order = generator.permutation(len(truth))
        fit, rest = order[:half], order[half:]
        quantile = conformal_quantile(probabilities[fit], truth[fit], coverage)
        found.append(measured_sets(probabilities[rest], truth[rest], quantile))
    coverages = [one["coverage"] for one in found]
    return {
        "splits": splits,
        "coverage": float(np.mean(coverages)),
        "coverage_interval": [float(end) for end in np.quantile(coverages, (0.025, 0.975))],
        **{key: float(np.mean([one[key] for one in found])) for key in ("size", "single")},
    }
