"""A finished run's network, as Keras knows it, and the images that score it."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from inkdigits.datasets import DigitImages
from inkdigits.errors import RunError
from inkdigits.experiments.run_folder import RunFolder
from inkdigits.experiments.run_plan import damage_named, load_parts, recorded_run
from inkdigits.recipes.catalog import build_network
from inkdigits.training import checkpoint
from inkdigits.training.export import in_float32


@dataclass(frozen=True)
class TrainedRun:
    """A run's network, pixels in [0, 1] -> logits, its test images, and which run it is."""

    network: keras.Model
    test: DigitImages
    origin: dict[str, Any]


def trained_run(path: Path, *, float32: bool = True) -> TrainedRun:
    """The finished run in the folder `path`, its network in float32 or in the precision of this process.

    Raises `RunError` where there is none, or where its files don't fit.
    """
    folder = RunFolder(path)
    manifest = folder.read_manifest()
    if manifest is None:
        raise RunError(
            f"{path}: no run here (no manifest.json); a bundle has no gradients, name the folder of the run it is from"
        )
    if manifest.get("status") != "finished":
        raise RunError(f"{path}: holds an interrupted run; go on with: inkdigits train --resume {path}")
    plan, _, _ = recorded_run(folder)
    with damage_named(folder):
        wanted = manifest["data"]["test"]["sha256"]
    test = load_parts(plan).test
    if test.sha256 != wanted:
        raise RunError(f"{path}: the data set has changed since this run; restore it, or train anew")
    with in_float32() if float32 else nullcontext():
        network = build_network(plan.recipe, len(test.class_names))
    state = checkpoint.load(folder.state_file)
    try:
        network.set_weights(checkpoint.network_weights(state, network))
    except RunError as error:
        raise RunError(f"{path}: {error}") from error
    return TrainedRun(network, test, {"recipe": plan.recipe.name, "seed": plan.seed})
