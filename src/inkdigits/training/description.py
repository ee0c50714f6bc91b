"""A network in plain data: its layers, and what its first layer looks for."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np

SHOWN_FILTERS = 32


def describe_network(network: keras.Model) -> dict[str, Any]:
    """Name, parameters, a row per layer, and up to 32 first-layer filters as lists [K][h][w]."""
    rows = [
        {
            "name": layer.name,
            "kind": type(layer).__name__,
            "output": list(getattr(layer.output, "shape", [None])[1:]),
            "parameters": layer.count_params(),
        }
        for layer in network.layers
    ]
    return {
        "name": network.name,
        "parameters": network.count_params(),
        "layers": rows,
        "filters": _first_filters(network).round(5).tolist(),
    }


def _first_filters(network: keras.Model) -> np.ndarray:
    """Kernels of the first convolution (K, h, w), or a dense layer's weights as images where they are square."""
    for layer in network.layers:
        if isinstance(layer, keras.layers.Conv2D):
            kernel = keras.ops.convert_to_numpy(layer.kernel).astype(np.float32)
            return kernel.mean(axis=2).transpose(2, 0, 1)[:SHOWN_FILTERS]
        if isinstance(layer, keras.layers.Dense):
            kernel = keras.ops.convert_to_numpy(layer.kernel).astype(np.float32)
            side = math.isqrt(len(kernel))
            if side * side == len(kernel):
                return kernel.T.reshape(-1, side, side)[:SHOWN_FILTERS]
    return np.empty((0, 0, 0), np.float32)
