"""A set of labelled images, examined: class balance, probable label errors, near-duplicates, and a report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from inkdigits.datasets import DigitImages, load
from inkdigits.datasets.digit_images import joined
from inkdigits.datasets.loading import has_official_test
from inkdigits.datasets.mnist import DISPUTED, TEST_SHA256
from inkdigits.errors import DatasetError
from inkdigits.evaluation.audit.label_errors import FOLDS, out_of_sample_probabilities, probable_label_errors
from inkdigits.evaluation.audit.near_duplicates import near_duplicates
from inkdigits.evaluation.audit.reduced_pixels import reduced_pixels, soft_pixels
from inkdigits.recognizer import Recognizer
from inkdigits.reports.audit.page import audit_page
from inkdigits.reports.publishing import publish

SIDE = 28


def audit(spec: str, folder: Path, *, skip_bad: bool = False) -> dict[str, Any]:
    """Examines the set `spec`, writes `audit.html` and `audit.json` into `folder`, and returns the findings.

    Images are named by part and number, as `load` numbers them. Raises `DatasetError` for a set that cannot be loaded
    or has one class alone or fewer than five images of one, `RunError` where the folder cannot be written.
    """
    names = ("train", "test") if has_official_test(spec) else ("all",)
    parts = {name: load(spec, name, skip_bad=skip_bad) for name in names}
    pool = joined(spec, list(parts.values()))
    _check(pool)
    images = _of_one_size(pool)
    places = [(name, index) for name, part in parts.items() for index in range(len(part))]
    findings = {
        "dataset": {"name": spec, "sha256": pool.sha256, "images": len(pool), "classes": list(pool.class_names)},
        "class_counts": {name: part.class_counts().tolist() for name, part in parts.items()},
        **_examined(images, pool.labels, places),
    }
    if "test" in parts and parts["test"].sha256 == TEST_SHA256:
        findings["disputed"] = _disputed(findings["label_errors"])
    offsets = dict(zip(names, np.cumsum([0, *map(len, parts.values())]).tolist(), strict=False))
    page = audit_page(findings, lambda part, index: images[offsets[part] + index])
    told = page.encode(errors="replace")  # a folder's name may be no UTF-8
    publish(folder, {"audit.json": json.dumps(findings, indent=1).encode(), "audit.html": told})
    return findings


def _examined(images: np.ndarray, labels: np.ndarray, places: list[tuple[str, int]]) -> dict[str, Any]:
    """The probable label errors and the near-duplicates of uint8 (N, 28, 28), ready for JSON."""
    pixels = soft_pixels(images)
    features = reduced_pixels(pixels)
    found, dense = np.unique(labels, return_inverse=True)
    probabilities = out_of_sample_probabilities(features, dense)
    suspects, likelier = probable_label_errors(probabilities, dense)
    errors = [
        {
            **_place(places[index]),
            "label": int(labels[index]),
            "likelier": int(found[other]),
            "label_probability": float(probabilities[index, dense[index]]),
            "likelier_probability": float(probabilities[index, other]),
        }
        for index, other in zip(suspects.tolist(), likelier.tolist(), strict=True)
    ]
    pairs, shares = near_duplicates(pixels, features, labels)
    duplicates = [
        {"images": [{**_place(places[index]), "label": int(labels[index])} for index in pair], "distance": float(share)}
        for pair, share in zip(pairs.tolist(), shares, strict=True)
    ]
    accuracy = float((probabilities.argmax(axis=1) == dense).mean())
    return {"cross_validated_accuracy": accuracy, "label_errors": errors, "near_duplicates": duplicates}


def _disputed(label_errors: list[dict[str, Any]]) -> dict[str, list[int]]:
    """MNIST's test images whose labels a public study disputes, and those of them that are found here, too."""
    doubtful = {error["index"] for error in label_errors if error["part"] == "test"}
    return {"images": list(DISPUTED), "found": [index for index in DISPUTED if index in doubtful]}


def _place(place: tuple[str, int]) -> dict[str, Any]:
    return {"part": place[0], "index": place[1]}


def _check(pool: DigitImages) -> None:
    for name, count in zip(pool.class_names, pool.class_counts().tolist(), strict=True):
        if 0 < count < FOLDS:
            raise DatasetError(f"{pool.name}: {count} images of class {name}; an audit takes {FOLDS} or more of each")
    if np.count_nonzero(pool.class_counts()) < 2:
        raise DatasetError(f"{pool.name}: an audit takes images of two classes or more; choose another set")


def _of_one_size(pool: DigitImages) -> np.ndarray:
    """The images as they are where they are 28 x 28, else as the recogniser sees them: uint8 (N, 28, 28)."""
    if isinstance(pool.images, np.ndarray) and pool.images.shape[1:] == (SIDE, SIDE):
        return pool.images
    return Recognizer().digit_images(pool.images)
