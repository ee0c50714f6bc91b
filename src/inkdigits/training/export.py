"""A fitted network becomes a model file: ink of any size in, probabilities and the digit image out."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from keras import layers

from inkdigits.errors import BundleError
from inkdigits.layers import CentreInk
from inkdigits.recipes.recipe import Recipe

OPSET = 17
TOLERANCE = 1e-4
SAME_IMAGES = 0.95  # of the digit images must be the same to the last grey level; all but one of a few


def float32_network(recipe: Recipe, weights: list[np.ndarray]) -> keras.Model:
    """The recipe's network with these weights, in float32 whatever precision trained them."""
    with in_float32():
        network = recipe.build()
    network.set_weights(weights)
    return network


@contextlib.contextmanager
def in_float32() -> Iterator[None]:
    """Networks built meanwhile compute in float32, whatever this process trains in."""
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(policy)


def deployed_model(network: keras.Model | keras.layers.Layer, temperature: float, classes: int) -> keras.Model:
    """A float32 network between the pixel contract and the calibrated softmax.

    Input `ink` uint8 (N, H, W); outputs by name: `probabilities` float32 (N, classes) and `digit_image` uint8
    (N, 28, 28). A network of two more logits, for several digits and for none, also gives `digit_probability` and
    `several_probability`, float32 (N,); its `probabilities` are those given that the image is one of the classes.
    """
    ink = layers.Input((None, None), dtype="uint8", name="ink")
    digit_image = CentreInk()(ink)
    pixels = layers.Rescaling(1 / 255, dtype="float32")(digit_image)
    logits = network(layers.Reshape((28, 28, 1), dtype="float32")(pixels))
    scaled = layers.Rescaling(1 / temperature, dtype="float32")(logits)
    outputs = {"digit_image": digit_image, "probabilities": layers.Softmax(dtype="float32")(scaled[:, :classes])}
    if logits.shape[-1] > classes:
        outcomes = layers.Softmax(dtype="float32")(scaled)
        outputs["digit_probability"] = keras.ops.sum(outcomes[:, :classes], axis=1)
        outputs["several_probability"] = outcomes[:, classes]
    return keras.Model(ink, outputs)


def to_onnx(model: keras.Model) -> bytes:
    """The deployed model as ONNX; needs the TensorFlow backend."""
    import tensorflow as tf
    import tf2onnx

    @tf.function(input_signature=[tf.TensorSpec((None, None, None), tf.uint8, name="ink")])
    def call(ink: Any) -> dict[str, Any]:
        return {name: tf.identity(part, name=name) for name, part in model(ink, training=False).items()}

    with _quiet():
        proto, _ = tf2onnx.convert.from_function(call, input_signature=call.input_signature, opset=OPSET)
    _name_outputs(proto, sorted(model.output))  # TensorFlow's order of a dictionary
    return proto.SerializeToString()


def check_parity(model: keras.Model, onnx_model: bytes, images: np.ndarray) -> float:
    """Largest difference of any probability between Keras and ONNX Runtime on `images` uint8 (N, H, W).

    Raises `BundleError` when it is above 1e-4, or when a digit image differs by more than one grey level.
    """
    import onnxruntime

    session = onnxruntime.InferenceSession(onnx_model, providers=["CPUExecutionProvider"])
    names = sorted(model.output)
    found = dict(zip(names, session.run(names, {"ink": images}), strict=True))
    wanted = {name: keras.ops.convert_to_numpy(part) for name, part in model(images, training=False).items()}
    seen, wanted_seen = found.pop("digit_image"), wanted.pop("digit_image")
    grey_levels = int(np.abs(seen.astype(int) - wanted_seen.astype(int)).max())
    # A pixel on the edge of two grey levels may round either way; that alone moves a probability, too.
    same = (seen == wanted_seen).all(axis=(1, 2))
    compared = same if same.any() else np.ones_like(same)
    difference = max(float(np.abs(found[name] - wanted[name])[compared].max()) for name in found)
    others = int(len(same) - same.sum())
    if not difference <= TOLERANCE or grey_levels > 1 or others > max(1, (1 - SAME_IMAGES) * len(same)):
        raise BundleError(
            f"the exported model disagrees with Keras by {difference:.1e} in probability (at most {TOLERANCE:.0e}) "
            f"and {grey_levels} grey levels, in {others} of {len(same)} images; no bundle was written"
        )
    return difference


def _name_outputs(proto: Any, names: list[str]) -> None:
    """Gives the graph's outputs the names of the contract, whatever the converter called them."""
    import onnx

    for output, wanted in zip(proto.graph.output, names, strict=True):
        if output.name != wanted:
            proto.graph.node.append(onnx.helper.make_node("Identity", [output.name], [wanted]))
            output.name = wanted


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    logger = logging.getLogger("tf2onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
