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
SAME_IMAGES = 0.95  # of the digit images must be the same to the last grey level


def float32_network(recipe: Recipe, weights: list[np.ndarray]) -> keras.Model:
    """The recipe's network with these weights, in float32 whatever precision trained them."""
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        network = recipe.build()
    finally:
        keras.config.set_dtype_policy(policy)
    network.set_weights(weights)
    return network


def deployed_model(network: keras.Model, temperature: float) -> keras.Model:
    """A float32 network between the pixel contract and the calibrated softmax.

    Input `ink` uint8 (N, H, W); outputs `probabilities` float32 (N, classes), `digit_image` uint8 (N, 28, 28).
    """
    ink = layers.Input((None, None), dtype="uint8", name="ink")
    digit_image = CentreInk()(ink)
    pixels = layers.Rescaling(1 / 255, dtype="float32")(digit_image)
    logits = network(layers.Reshape((28, 28, 1), dtype="float32")(pixels))
    scaled = layers.Rescaling(1 / temperature, dtype="float32")(logits)
    return keras.Model(ink, [layers.Softmax(dtype="float32")(scaled), digit_image])


def to_onnx(model: keras.Model) -> bytes:
    """The deployed model as ONNX; needs the TensorFlow backend."""
    import tensorflow as tf
    import tf2onnx

    @tf.function(input_signature=[tf.TensorSpec((None, None, None), tf.uint8, name="ink")])
    def call(ink: Any) -> dict[str, Any]:
        probabilities, digit_image = model(ink, training=False)
        return {
            "probabilities": tf.identity(probabilities, name="probabilities"),
            "digit_image": tf.identity(digit_image, name="digit_image"),
        }

    with _quiet():
        proto, _ = tf2onnx.convert.from_function(call, input_signature=call.input_signature, opset=OPSET)
    _name_outputs(proto, {"uint8": "digit_image", "float32": "probabilities"})
    return proto.SerializeToString()


def check_parity(model: keras.Model, onnx_model: bytes, images: np.ndarray) -> float:
    """Largest difference of probabilities between Keras and ONNX Runtime on `images` uint8 (N, H, W).

    Raises `BundleError` when it is above 1e-4, or when a digit image differs by more than one grey level.
    """
    import onnxruntime

    session = onnxruntime.InferenceSession(onnx_model, providers=["CPUExecutionProvider"])
    found, seen = session.run(["probabilities", "digit_image"], {"ink": images})
    wanted, wanted_seen = (keras.ops.convert_to_numpy(part) for part in model(images, training=False))
    difference = float(np.abs(found - wanted).max())
    grey_levels = int(np.abs(seen.astype(int) - wanted_seen.astype(int)).max())
    # A pixel on the edge of two grey levels may round either way; that alone moves a probability, too.
    same = (seen == wanted_seen).all(axis=(1, 2))
    difference = float(np.abs(found - wanted)[same].max()) if same.any() else difference
    if not difference <= TOLERANCE or grey_levels > 1 or same.mean() < SAME_IMAGES:
        raise BundleError(
            f"the exported model disagrees with Keras by {difference:.1e} in probability (at most {TOLERANCE:.0e}) "
            f"and {grey_levels} grey levels; no bundle was written"
        )
    return difference


def _name_outputs(proto: Any, names: dict[str, str]) -> None:
    """Gives the graph's outputs the names of the contract, whatever the converter called them."""
    import onnx

    kinds = {onnx.TensorProto.UINT8: "uint8", onnx.TensorProto.FLOAT: "float32"}
    for output in proto.graph.output:
        wanted = names[kinds[output.type.tensor_type.elem_type]]
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
