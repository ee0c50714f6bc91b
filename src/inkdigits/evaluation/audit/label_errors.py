"""Probable label errors: confident learning (Northcutt, Jiang and Chuang, 2021) on cross-validated probabilities."""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

FOLDS = 5
HIDDEN, EPOCHS, BATCH, RATE = 256, 10, 256, 0.003


def out_of_sample_probabilities(features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """What a small network, trained on the other four fifths, thinks of each image: float (N, classes).

    `features` float32 (N, D), `labels` int64 (N,), 0 to classes - 1, five or more of each class.
    """
    batch = min(BATCH, len(labels) // 2)
    network = MLPClassifier((HIDDEN,), max_iter=EPOCHS, batch_size=batch, learning_rate_init=RATE, random_state=0)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    # The products are so small that more threads would wait for each other longer than they work.
    spread = features.std() or 1  # blank images have none
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return cross_val_predict(network, features / spread, labels, cv=folds, method="predict_proba")


def probable_label_errors(probabilities: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The indices of images whose label is probably wrong, the likeliest errors first, and their likelier classes.

    `probabilities` float (N, classes), out of sample; `labels` int64 (N,), each class at least once. An image counts as
    being of a class whose probability reaches the mean that images so labelled have; of several such classes it is of
    the likeliest. Where that is not its label, the label is probably wrong.
    """
    given = probabilities[np.arange(len(labels)), labels]
    usual = np.bincount(labels, weights=given) / np.bincount(labels)
    reached = np.where(probabilities >= usual, probabilities, 0)
    likelier = reached.argmax(axis=1)
    suspects = np.flatnonzero((reached.max(axis=1) > 0) & (likelier != labels))
    suspects = suspects[np.argsort(given[suspects], kind="stable")]
    return suspects, likelier[suspects]
