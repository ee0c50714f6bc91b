"""Finished runs as one bundle: their networks side by side, one answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from inkdigits.bundle import Bundle
from inkdigits.errors import RunError
from inkdigits.experiments.members import finished_members
from inkdigits.layers import Ensemble
from inkdigits.training.backend import describe_versions
from inkdigits.training.bundling import PARITY_IMAGES, write_model
from inkdigits.training.images import as_samples


def write_ensemble(runs: Sequence[Path], folder: Path) -> Bundle:
    """Writes a bundle of the networks of the finished `runs` into `folder`; its probabilities are the mean of theirs.

    Each member keeps its own temperature; the mean has none, for what one seed holds out for validation another trains
    on. Raises `RunError` for fewer than two runs, other classes or other test images; `BundleError` as bundles do.
    """
    if len({path.resolve() for path in runs}) < max(2, len(runs)):
        raise RunError("an ensemble is made of two runs or more, each named once")
    if keras.backend.backend() != "tensorflow":
        raise RunError("an ensemble is exported by Keras' TensorFlow backend; set KERAS_BACKEND=tensorflow")
    members = finished_members(runs)
    ensemble = Ensemble([member.run.network for member in members])
    ensemble.temperatures.assign([member.temperature for member in members])
    test = members[0].run.test
    facts = {
        "classes": list(test.class_names),
        "versions": describe_versions(),
        "members": [member.facts for member in members],
    }
    some = as_samples(test.take(np.arange(min(PARITY_IMAGES, len(test)))))
    return write_model(ensemble, 1.0, some.images, folder, facts)
