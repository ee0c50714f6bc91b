"""What a scikit-learn estimator is given as X and y, checked and brought into the form of ink."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_consistent_length, validate_data

from inkdigits.errors import SampleError

Images = np.ndarray | list[np.ndarray]
"""Ink: uint8 (N, H, W), or a list of uint8 (H, W) whose sizes may differ."""


def given_ink(estimator: BaseEstimator, X: Any, image_shape: tuple[int, int] | None, *, reset: bool) -> Images:
    """X as ink: numbers from 0 to 255, 255 = ink, (N, H, W), a list of (H, W), or a table with an image in each row.

    A row is a square image unless `image_shape` (height, width), one of them perhaps -1, says otherwise. `reset` notes
    the table's number of columns and their names in `estimator`, else they are checked. Raises `ValueError`, of which
    `SampleError` is one.
    """
    if isinstance(X, list) and X and all(isinstance(image, np.ndarray) and image.ndim == 2 for image in X):
        return [_levels(validate_data(estimator, image, ensure_2d=False)) for image in X]
    if np.asarray(X).ndim <= 2:
        return _rows_as_images(_levels(validate_data(estimator, X, reset=reset)), image_shape)
    array = validate_data(estimator, X, ensure_2d=False, allow_nd=True)
    if array.ndim > 3 or 0 in array.shape:
        raise SampleError(f"X has the shape {array.shape}; images are (N, H, W)")
    return _levels(array)


def given_labels(estimator: BaseEstimator, X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    """The classes in y, sorted, and for each image of X the index of its own, int64 (N,); raises `ValueError`."""
    named = validate_data(estimator, y=y)
    check_consistent_length(X, named)
    check_classification_targets(named)
    classes, labels = np.unique(named, return_inverse=True)
    if len(classes) == 1:
        raise SampleError(f"y has one class, {classes[0]}; two or more are needed")
    return classes, labels.astype(np.int64)


def _levels(array: np.ndarray) -> np.ndarray:
    """Numbers from 0 to 255 as uint8, rounded."""
    lowest, highest = array.min(), array.max()
    if lowest < 0 or highest > 255:
        what = f"Negative values in data: X has {lowest:g}" if lowest < 0 else f"X has {highest:g}"
        raise SampleError(f"{what}; ink is from 0, paper, to 255")
    if 0 < highest <= 1:
        raise SampleError("X has no value above 1, as images scaled to 0..1 have; multiply by 255")
    return np.rint(array).astype(np.uint8)


def _rows_as_images(table: np.ndarray, image_shape: tuple[int, int] | None) -> np.ndarray:
    count, width = table.shape
    side = math.isqrt(width)
    if image_shape is None and side * side != width:
        raise SampleError(
            f"X has rows of {width} values, which make no square image; give image_shape, or X as (N, H, W)"
        )
    try:
        return table.reshape(count, *(image_shape or (side, side)))
    except ValueError as error:
        raise SampleError(f"X has rows of {width} values, which make no image of {image_shape}") from error
