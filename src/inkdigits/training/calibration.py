"""One temperature makes a network's probabilities mean what they say (Guo et al., 2017)."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

RANGE = (0.2, 5.0)


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The temperature, between 0.2 and 5, that minimises the negative log-likelihood.

    `logits` float (N, classes) and `labels` int (N,) of validation images, never of test images.
    """
    logits = logits.astype(np.float64)

    def loss(log_temperature: float) -> float:
        scores = log_softmax(logits / np.exp(log_temperature), axis=1)
        return float(-scores[np.arange(len(labels)), labels].mean())

    found = minimize_scalar(loss, bounds=tuple(np.log(RANGE)), method="bounded", options={"xatol": 1e-4})
    return float(np.exp(found.x))
