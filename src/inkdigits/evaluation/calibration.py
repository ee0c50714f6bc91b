"""Whether confidence can be taken at its word: among answers given with 90 % confidence, 90 % are right."""

from __future__ import annotations

from typing import Any

import numpy as np

BINS = 15


def reliability(confidence: np.ndarray, correct: np.ndarray, bins: int = BINS) -> list[dict[str, Any]]:
    """Mean confidence, accuracy and count in bins of equal mass, from the least confident up.

    `confidence` floats (N,), `correct` booleans (N,), N > 0. Equal confidences always share a bin, so the
    result does not depend on the order of the images; then bins may be fewer or unequal.
    """
    order = np.lexsort((correct, confidence))
    ordered, right = confidence[order].astype(np.float64), correct[order]
    starts = [part[0] for part in np.array_split(ordered, bins) if len(part)]
    edges = np.unique(starts)
    members = np.searchsorted(edges, ordered, side="right") - 1
    return [
        {
            "confidence": float(ordered[members == number].mean()),
            "accuracy": float(right[members == number].mean()),
            "count": int((members == number).sum()),
        }
        for number in range(len(edges))
    ]


def expected_calibration_error(curve: list[dict[str, Any]]) -> float:
    """The mean distance between confidence and accuracy over the bins of `reliability`, weighted by count."""
    total = sum(entry["count"] for entry in curve)
    gaps = (entry["count"] * abs(entry["accuracy"] - entry["confidence"]) for entry in curve)
    return float(sum(gaps) / total)
