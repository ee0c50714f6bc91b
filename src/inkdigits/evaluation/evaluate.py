"""Scores a recogniser on labelled images: every image once, none left out."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from inkdigits.errors import BundleError, DatasetError
from inkdigits.evaluation.calibration import expected_calibration_error, reliability
from inkdigits.evaluation.disputed import without_disputed
from inkdigits.evaluation.metrics import (
    average_scores,
    class_scores,
    count_confusions,
    mean_log_loss,
    top_confusions,
    wilson_interval,
)
from inkdigits.evaluation.review import review, risk_coverage

if TYPE_CHECKING:
    from inkdigits.datasets import DigitImages

FORMAT = 1
CHUNK = 1000  # images between two calls of `progress`
MISTAKES = 200  # the most confident ones are kept; more would only swell the file
SUM_TOLERANCE = 1e-3  # float32 softmax stays far inside; logits do not


class Described(Protocol):
    """What tells which model it was."""

    @property
    def metadata(self) -> dict[str, Any]: ...


class Recognises(Protocol):
    """What `evaluate` needs of a recogniser; `inkdigits.Recognizer` is one."""

    @property
    def bundle(self) -> Described: ...

    def predict_proba(self, ink: Any) -> np.ndarray: ...


def evaluate(
    recognizer: Recognises, digits: DigitImages, *, progress: Callable[[int], None] | None = None
) -> dict[str, Any]:
    """Scores `recognizer` on every image of `digits`; `progress` is told the number of images done.

    Returns plain numbers, strings, lists and dicts, ready for JSON. Classes are given by number, their place
    in `per_class`. `mistakes` holds at most 200, most confident first. `without_disputed` is there for MNIST's test
    images alone. `seconds` is the time of recognising.
    Raises `DatasetError` for an empty set or foreign labels, `BundleError` for what are no probabilities.
    """
    metadata = recognizer.bundle.metadata
    _check_labels(digits, metadata)
    start = perf_counter()
    probabilities = recognised(recognizer, digits, progress)
    seconds = perf_counter() - start
    head = {
        "format": FORMAT,
        "dataset": {"name": digits.name, "sha256": digits.sha256, "images": len(digits)},
        "bundle": {"sha256": metadata["sha256"]},
    }
    scores = score(digits.labels, probabilities, digits.class_names)
    return head | scores | without_disputed(digits, probabilities.argmax(axis=1)) | {"seconds": seconds}


def score(truth: np.ndarray, probabilities: np.ndarray, class_names: tuple[str, ...]) -> dict[str, Any]:
    """All scores of `probabilities` (N, classes) against the class numbers `truth` (N,)."""
    predicted = probabilities.argmax(axis=1)
    correct = predicted == truth
    matrix = count_confusions(truth, predicted, len(class_names))
    confidence = probabilities.max(axis=1)
    curve = reliability(confidence, correct)
    right = int(correct.sum())
    return {
        "accuracy": right / len(truth),
        "accuracy_interval": list(wilson_interval(right, len(truth))),
        "errors": len(truth) - right,
        "loss": mean_log_loss(truth, probabilities),
        "per_class": class_scores(truth, predicted, class_names),
        "macro": average_scores(truth, predicted, "macro"),
        "weighted": average_scores(truth, predicted, "weighted"),
        "confusion_matrix": matrix.tolist(),
        "top_confusions": top_confusions(matrix),
        "expected_calibration_error": expected_calibration_error(curve),
        "reliability": curve,
        "risk_coverage": risk_coverage(confidence, correct),
        "review": review(confidence, correct),
        "mistakes": _mistakes(truth, predicted, probabilities),
    }


def _check_labels(digits: DigitImages, metadata: dict[str, Any]) -> None:
    if len(digits) == 0:
        raise DatasetError(f"{digits.name}: holds no images, nothing to score; choose another set or part")
    if len(digits.labels) != len(digits.images):
        raise DatasetError(
            f"{digits.name}: {len(digits.images)} images but {len(digits.labels)} labels; repair the set"
        )
    known = tuple(metadata.get("classes", digits.class_names))
    if known != digits.class_names:
        raise DatasetError(
            f"{digits.name}: its classes are {', '.join(digits.class_names)} but the bundle tells apart "
            f"{', '.join(known)}; evaluate it on a set of those classes"
        )
    low, high = int(digits.labels.min()), int(digits.labels.max())
    if low < 0 or high >= len(known):
        raise DatasetError(f"{digits.name}: labels run from {low} to {high}; they must lie in 0 to {len(known) - 1}")


def recognised(
    recognizer: Recognises, digits: DigitImages, progress: Callable[[int], None] | None = None
) -> np.ndarray:
    """The probabilities of every image, float32 (N, classes), N > 0; raises `BundleError` for what are none."""
    parts = []
    for begin in range(0, len(digits), CHUNK):
        ink = digits.images[begin : begin + CHUNK]
        part = np.asarray(recognizer.predict_proba(ink))
        _check_probabilities(part, (len(ink), len(digits.class_names)), recognizer.bundle.metadata["sha256"])
        parts.append(part)
        if progress is not None:
            progress(begin + len(ink))
    return np.concatenate(parts)


def _check_probabilities(part: np.ndarray, shape: tuple[int, int], sha256: str) -> None:
    name = f"bundle {sha256[:12]}"
    advice = "export the model again"
    if part.shape != shape:
        raise BundleError(f"{name}: gave probabilities of shape {part.shape} instead of {shape}; {advice}")
    if not np.isfinite(part).all():
        raise BundleError(f"{name}: gave probabilities that are not finite numbers; {advice}")
    if part.min() < 0 or np.abs(part.sum(axis=1) - 1).max() > SUM_TOLERANCE:
        raise BundleError(f"{name}: gave rows that are no probabilities (negative, or their sum is not 1); {advice}")


def _mistakes(truth: np.ndarray, predicted: np.ndarray, probabilities: np.ndarray) -> list[dict[str, Any]]:
    wrong = np.flatnonzero(predicted != truth)
    order = wrong[np.argsort(-probabilities[wrong].max(axis=1), kind="stable")][:MISTAKES]
    return [
        {
            "index": int(index),
            "truth": int(truth[index]),
            "predicted": int(predicted[index]),
            "confidence": float(probabilities[index, predicted[index]]),
            "probabilities": [float(value) for value in probabilities[index]],
        }
        for index in order
    ]
