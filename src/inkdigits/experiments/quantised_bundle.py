"""A bundle's int8 variant: a bundle of its own, its inputs' ranges found on the validation images."""

from __future__ import annotations

from pathlib import Path

from inkdigits.bundle import Bundle, write_bundle
from inkdigits.errors import BundleError
from inkdigits.experiments.set_coverage import validation_images
from inkdigits.prediction_sets import CONFORMAL
from inkdigits.training.quantisation import quantised

_OF_THE_FLOATS = ("scores", "parity", CONFORMAL)  # not true of the int8 model; `inkdigits evaluate --save` tells anew


def write_quantised(bundle: Bundle, folder: Path) -> Bundle:
    """Writes the int8 variant of `bundle` into `folder`.

    Its metadata name the model it was made of; scores are left out until it is evaluated. Raises `BundleError`
    where the validation images are not at hand, or the folder cannot be written.
    """
    if "quantised_from" in bundle.metadata:
        raise BundleError(f"{bundle.path}: is quantised already; give the bundle that it was made of")
    images = validation_images(bundle)
    if images is None:
        raise BundleError(
            f"{bundle.path}: int8 needs the validation images that this bundle was trained with, which are not at hand"
        )
    metadata = {key: value for key, value in bundle.metadata.items() if key not in _OF_THE_FLOATS}
    model = quantised(bundle.read_model(), images.images)
    return write_bundle(folder, model, {**metadata, "quantised_from": bundle.metadata["sha256"]})
