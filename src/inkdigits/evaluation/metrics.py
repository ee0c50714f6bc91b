"""Scores of a classifier from its predictions: accuracy with its interval, precision, recall, F1, loss."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
from sklearn.metrics import confusion_matrix, log_loss, precision_recall_fscore_support

Z_95 = 1.959963984540054  # the 97.5 % quantile of the normal distribution


def wilson_interval(successes: int, trials: int, z: float = Z_95) -> tuple[float, float]:
    """The Wilson score interval of a proportion, 95 % unless `z` says otherwise.

    Raises `ValueError` unless `0 <= successes <= trials` and `trials > 0`.
    """
    if trials <= 0 or not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes of {trials} trials")
    share = successes / trials
    centre = share + z * z / (2 * trials)
    reach = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    # At 0 and 1 the formula gives the bound itself, and rounding must not push it past.
    low = 0.0 if successes == 0 else (centre - reach) / scale
    high = 1.0 if successes == trials else (centre + reach) / scale
    return low, high


def mean_log_loss(truth: np.ndarray, probabilities: np.ndarray) -> float:
    """Mean negative log likelihood (in nats) of the true classes.

    `truth` int64 (N,), `probabilities` floats (N, classes). Rows are normalised in double precision, so that
    the rounding of float32 softmax is not scored; a probability of 0 counts as 2.2e-16, the double step.
    """
    doubles = probabilities.astype(np.float64)
    doubles /= doubles.sum(axis=1, keepdims=True)
    return float(log_loss(truth, doubles, labels=np.arange(doubles.shape[1])))


def count_confusions(truth: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """int64 (classes, classes): row = true class, column = predicted class, value = images."""
    return np.asarray(confusion_matrix(truth, predicted, labels=np.arange(classes)), dtype=np.int64)


def top_confusions(matrix: np.ndarray, limit: int = 10) -> list[dict[str, int]]:
    """The pairs of class numbers most often confused, most frequent first, equals by class number."""
    pairs = [
        {"truth": int(row), "predicted": int(column), "count": int(matrix[row, column])}
        for row, column in np.argwhere(matrix)
        if row != column
    ]
    return sorted(pairs, key=lambda pair: -pair["count"])[:limit]


def class_scores(truth: np.ndarray, predicted: np.ndarray, class_names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Precision, recall, F1 and support of every class, in class order.

    A score that would divide by zero (a class without images, or never predicted) is 0, as in scikit-learn.
    """
    columns = precision_recall_fscore_support(truth, predicted, labels=np.arange(len(class_names)), zero_division=0)
    return [
        {"label": name, "precision": float(p), "recall": float(r), "f1": float(f), "support": int(n)}
        for name, p, r, f, n in zip(class_names, *columns, strict=True)
    ]


def average_scores(truth: np.ndarray, predicted: np.ndarray, average: str) -> dict[str, float]:
    """Precision, recall and F1 averaged over classes; `average` is "macro" or "weighted" (by support).

    As in scikit-learn, classes that occur neither as truth nor as prediction take no part.
    """
    p, r, f, _ = precision_recall_fscore_support(truth, predicted, average=average, zero_division=0)
    return {"precision": float(p), "recall": float(r), "f1": float(f)}
