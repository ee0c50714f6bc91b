"""The very images that a bundle's network was trained on, where they can be had without asking anybody."""

from __future__ import annotations

from typing import Any

import numpy as np

from inkdigits.bundle import Bundle
from inkdigits.datasets import DigitImages, split
from inkdigits.datasets.fashion_mnist import find_fashion_mnist
from inkdigits.errors import DatasetError


def training_images(bundle: Bundle) -> DigitImages | None:
    """The images that model.json tells of, known by their hash; None where they are not on this machine.

    Only sets known by name are looked for: a bundle from elsewhere is not to choose which files are opened.
    """
    try:
        told, seed = bundle.metadata["data"]["train"], bundle.metadata["seed"]
        name, count, sha256 = told["name"], told["images"], told["sha256"]
        spec, protocol, _ = name.split("/")
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    if type(seed) is not int or type(count) is not int or not _at_hand(spec):
        return None
    try:
        found = split(spec, protocol, seed=seed).train
    except DatasetError:
        return None
    if 0 < count < len(found):  # `train --limit`
        found = found.take(np.sort(np.random.default_rng(seed).permutation(len(found))[:count]))
    return found if found.sha256 == sha256 else None


def _at_hand(spec: Any) -> bool:
    return spec == "mnist" or (spec == "fashion-mnist" and find_fashion_mnist() is not None)
