"""Finished runs as one bundle: their networks side by side, one answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from inkdigits.bundle import Bundle, load_bundle
from inkdigits.errors import BundleError, RunError
from inkdigits.experiments.run_folder import RunFolder
from inkdigits.experiments.trained_run import TrainedRun, trained_run
from inkdigits.training.bundling import PARITY_IMAGES, write_model
from inkdigits.training.ensemble import Ensemble
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
    members = [trained_run(path) for path in runs]
    bundles = [load_bundle(RunFolder(path).bundle) for path in runs]
    _check_alike(runs, members)
    temperatures = [_temperature(bundle) for bundle in bundles]
    told = zip(members, bundles, strict=True)
    facts = {
        "classes": list(members[0].test.class_names),
        "versions": bundles[0].metadata.get("versions"),
        "members": [run.origin | {"sha256": bundle.metadata["sha256"]} for run, bundle in told],
    }
    some = as_samples(members[0].test.take(np.arange(min(PARITY_IMAGES, len(members[0].test)))))
    return write_model(Ensemble([run.network for run in members], temperatures), 1.0, some.images, folder, facts)


def _check_alike(runs: Sequence[Path], members: Sequence[TrainedRun]) -> None:
    first = members[0]
    for path, run in zip(runs[1:], members[1:], strict=True):
        if (run.test.class_names, run.network.output_shape) != (first.test.class_names, first.network.output_shape):
            raise RunError(f"{path}: has other classes or outcomes than {runs[0]}")
        if run.test.sha256 != first.test.sha256:
            raise RunError(f"{path}: has other test images than {runs[0]}, which may have been trained on some of them")


def _temperature(bundle: Bundle) -> float:
    found = bundle.metadata.get("temperature")
    if not isinstance(found, int | float) or not found > 0:
        raise BundleError(f"{bundle.path}: its model.json tells no temperature; train its run anew")
    return float(found)
