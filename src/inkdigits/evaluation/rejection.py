"""How well a score tells digits from what is none: out-of-distribution detection."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import roc_auc_score


def auroc(digits: np.ndarray, others: np.ndarray) -> float:
    """The area under the ROC curve: the probability that a digit scores higher than another mark, ties half counted.

    `digits` floats (N,) and `others` floats (M,) are scores, higher for digits; N and M above 0.
    """
    is_digit = np.concatenate([np.ones(len(digits)), np.zeros(len(others))])
    return float(roc_auc_score(is_digit, np.concatenate([digits, others])))
