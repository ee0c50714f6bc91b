"""A trained network's weights become a bundle, whatever backend trained them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import keras
import numpy as np

from inkdigits.bundle import Bundle, load_bundle, write_bundle
from inkdigits.errors import BundleError
from inkdigits.recipes.catalog import find_recipe
from inkdigits.recipes.recipe import Recipe
from inkdigits.training.calibration import fit_temperature
from inkdigits.training.export import check_parity, deployed_model, float32_network, to_onnx
from inkdigits.training.feeding import batched
from inkdigits.training.fitting import Samples

PARITY_IMAGES = 500


def make_bundle(
    recipe: Recipe, weights: list[np.ndarray], validation: Samples, folder: Path, metadata: dict[str, Any]
) -> Bundle:
    """Calibrates on the validation images, exports, checks parity, and writes the bundle into `folder`.

    An ensemble is not calibrated again. Raises `BundleError`, leaving nothing behind, when ONNX Runtime and Keras
    disagree by more than 1e-4.
    """
    if keras.backend.backend() != "tensorflow":
        return _in_tensorflow_process(recipe, weights, validation, folder, metadata)
    network = float32_network(recipe, weights)
    # An ensemble's members are calibrated, and what this seed held out some of them were trained on.
    temperature = 1.0 if recipe.members else _temperature(network, validation, len(metadata["classes"]))
    return write_model(network, temperature, validation.images, folder, metadata)


def _temperature(network: keras.Model, validation: Samples, classes: int) -> float:
    pixels = (validation.images / np.float32(255))[..., None]
    logits = network.predict(batched(pixels, validation.labels, 500), verbose=0)[:, :classes]
    return fit_temperature(logits, validation.labels)


def write_model(
    network: keras.Model | keras.layers.Layer,
    temperature: float,
    images: np.ndarray,
    folder: Path,
    metadata: dict[str, Any],
) -> Bundle:
    """Exports a float32 network, checks parity on some of the digit images `images`, and writes the bundle.

    Raises `BundleError`, leaving nothing behind, when ONNX Runtime and Keras disagree by more than 1e-4.
    """
    model = deployed_model(network, temperature, len(metadata["classes"]))
    onnx_model = to_onnx(model)
    sample = images[:PARITY_IMAGES]
    larger = np.pad(sample[:50].repeat(3, axis=1).repeat(3, axis=2), ((0, 0), (5, 40), (60, 0)))
    difference = max(check_parity(model, onnx_model, part) for part in (sample, larger))
    facts = {"parameters": network.count_params(), "temperature": temperature, "parity": difference}
    return write_bundle(folder, onnx_model, {**metadata, **facts})


def _in_tensorflow_process(
    recipe: Recipe, weights: list[np.ndarray], validation: Samples, folder: Path, metadata: dict[str, Any]
) -> Bundle:
    """Has another process, on Keras' TensorFlow backend, write the bundle: only that backend exports cleanly."""
    with tempfile.TemporaryDirectory() as temporary:
        job = Path(temporary, "job.npz")
        plan = json.dumps({"recipe": recipe.origin or recipe.name, "folder": str(folder), "metadata": metadata})
        arrays = {f"weight_{i:04}": weight for i, weight in enumerate(weights)}
        np.savez(job, plan=np.array(plan), images=validation.images, labels=validation.labels, **arrays)  # type: ignore[arg-type]
        done = subprocess.run(
            [sys.executable, "-m", "inkdigits.training.bundling", str(job)],
            env={**os.environ, "KERAS_BACKEND": "tensorflow"},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise BundleError(f"{folder}: the export on the TensorFlow backend failed: {last}")
    return load_bundle(folder)


def _main(job: Path) -> None:
    with np.load(job, allow_pickle=False) as arrays:
        plan = json.loads(str(arrays["plan"]))
        weights = [arrays[name] for name in sorted(arrays.files) if name.startswith("weight_")]
        validation = Samples(arrays["images"], arrays["labels"])
    make_bundle(find_recipe(plan["recipe"]), weights, validation, Path(plan["folder"]), plan["metadata"])


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
