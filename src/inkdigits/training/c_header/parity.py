"""The header's arithmetic in NumPy, held against ONNX Runtime before a header is written."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from inkdigits.errors import BundleError
from inkdigits.training.c_header.layers import IntegerNetwork, Layer

IMAGES = 200
TOLERANCE = 0.01  # mean difference of a probability; processors differ by a rounding now and then


def check_parity(network: IntegerNetwork, model: bytes, source: str) -> None:
    """Raises `BundleError`, which names `source`, where `network` does not compute what the ONNX `model` does.

    The images are drawn at random, patches of ink: what they show does not matter here.
    """
    import onnxruntime

    patches = np.random.default_rng(0).integers(0, 256, (IMAGES, 7, 7), np.uint8)
    ink = patches.repeat(4, axis=1).repeat(4, axis=2)
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry(
        "session.x64quantprecision", "1"
    )  # AVX2 without VNNI saturates sums of two products
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    wanted, images = session.run(["probabilities", "digit_image"], {"ink": ink})
    scores = np.ldexp(logits(network, images).astype(np.float64), -network.logits.shift)
    found = np.exp(scores - scores.max(axis=1, keepdims=True))
    difference = float(np.abs(found / found.sum(axis=1, keepdims=True) - wanted).mean())
    if not difference <= TOLERANCE:
        raise BundleError(
            f"{source}: in whole numbers its probabilities differ by {difference:.1e} in the mean "
            f"(at most {TOLERANCE}); no header was written"
        )


def logits(network: IntegerNetwork, images: np.ndarray) -> np.ndarray:
    """Of digit images uint8 (N, 28, 28): int64 (N, classes), in units of 1 / 2**network.logits.shift."""
    activations = images[..., None].astype(np.int64)
    for layer in network.layers:
        activations = _rescaled(layer, _pooled(layer, _summed(layer, activations)))
    return activations[:, 0, 0] * network.logits.factor + network.logits.offset


def _summed(layer: Layer, activations: np.ndarray) -> np.ndarray:
    windows = sliding_window_view(activations, (layer.kernel, layer.kernel), axis=(1, 2))
    count, side = len(windows), windows.shape[1]
    apart = windows.reshape(count, side, side, layer.groups, -1, layer.kernel, layer.kernel).astype(np.float64)
    weights = layer.weights.reshape(layer.groups, -1, *layer.weights.shape[1:])
    sums = np.einsum("nyxgcij,goijc->nyxgo", apart, weights, optimize=True)  # whole numbers below 2**53
    return sums.reshape(count, side, side, layer.outputs).astype(np.int64) + layer.bias


def _pooled(layer: Layer, sums: np.ndarray) -> np.ndarray:
    side, pool = layer.output_side, layer.pool
    kept = sums[:, : side * pool, : side * pool]
    return kept.reshape(len(sums), side, pool, side, pool, -1).max(axis=(2, 4))


def _rescaled(layer: Layer, sums: np.ndarray) -> np.ndarray:
    scale = np.ldexp(layer.multiplier.astype(np.float32), -layer.shift)
    quotients = np.round(sums.astype(np.float32) * scale)  # half to even
    activations = np.clip(quotients.astype(np.int64) + layer.zero, 0, 255)
    if (affine := layer.affine) is None:
        return activations
    values = np.ldexp((activations * affine.factor + affine.offset).astype(np.float64), -affine.shift)
    return np.clip(np.round(values).astype(np.int64) + affine.zero, affine.lowest, 255)
