"""The nodes that sum products of weights and activations, as layers that still lack the scale of their output."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from onnx import NodeProto

from inkdigits.training.c_header.layers import Layer, exact_ratio
from inkdigits.training.c_header.tensors import QuantisedGraph, Quantity, attributes


class Sum(NamedTuple):
    """A layer whose sums count in steps of `scale`, float32 (outputs,)."""

    layer: Layer
    scale: np.ndarray

    def quantised(self, quantity: Quantity) -> Layer | None:
        """The layer with an output of that scale and zero point; None where its sums need more than 32 bits."""
        multiplier, shift = exact_ratio(self.scale / quantity.scale)
        bits = np.log2(self.layer.largest_sum()) if self.layer.largest_sum() else 0.0
        if bits >= 31 or shift.min() < 1 or shift.max() > 62 or (bits + np.log2(multiplier) - shift).max() >= 31:
            return None
        return replace(self.layer, multiplier=multiplier, shift=shift, zero=quantity.zero)


def convolution(graph: QuantisedGraph, node: NodeProto, side: int, channels: int, taken: Quantity) -> Sum | str:
    """Of a Conv node; a word on what is in the way where the header has no such convolution."""
    known, learnt = attributes(node), graph.whole_numbers(node.input[1])
    if learnt is None:
        return "weights that are no whole numbers"
    weights, scale = learnt
    if set(known.get("strides", [1])) | set(known.get("dilations", [1])) != {1}:
        return "a stride or a dilation"
    if any(known.get("pads", [])) or known.get("auto_pad", b"NOTSET") not in (b"NOTSET", b"VALID"):
        return "padding"
    groups = known.get("group", 1)
    if weights.ndim != 4 or weights.shape[2] != weights.shape[3] or weights.shape[1] * groups != channels:
        return "a kernel that is no square"
    bias = np.zeros(len(weights), np.int32)
    if len(node.input) > 2:
        stated = graph.whole_numbers(node.input[2])
        if stated is None:
            return "a bias that is no whole number"
        bias = stated[0]
    title = f"{weights.shape[2]}x{weights.shape[3]} convolution" if groups == 1 else "convolution, channel by channel"
    return _summing(title, side, channels, weights.transpose(0, 2, 3, 1), scale, taken, bias, groups)


def dense(
    graph: QuantisedGraph, node: NodeProto, side: int, channels: int, taken: Quantity, channels_last: bool
) -> Sum | str:
    """Of a MatMul node after a flattening in that order."""
    learnt = graph.whole_numbers(node.input[1])
    if learnt is None:
        return "weights that are no whole numbers"
    weights, scale = learnt
    if weights.ndim != 2 or len(weights) != side * side * channels:
        return "another number of inputs than the layer before it gives"
    if channels_last:
        cells = weights.T.reshape(-1, side, side, channels)
    else:
        cells = weights.T.reshape(-1, channels, side, side).transpose(0, 2, 3, 1)
    bias = np.zeros(len(cells), np.int32)
    return _summing("dense", side, channels, cells, scale, taken, bias, 1)


def average(side: int, channels: int, taken: Quantity) -> Sum:
    """Of all places of each channel."""
    weights = np.ones((channels, side, side, 1), np.int8)
    scale = np.ones(channels, np.float32) / np.float32(side * side)
    return _summing("average", side, channels, weights, scale, taken, np.zeros(channels, np.int32), channels)


def _summing(
    title: str,
    side: int,
    channels: int,
    weights: np.ndarray,
    scale: np.ndarray,
    taken: Quantity,
    bias: np.ndarray,
    groups: int,
) -> Sum:
    """The zero point of what is taken costs each sum the same, so the bias bears it."""
    outputs = len(weights)
    shifted = bias.astype(np.int64) - taken.zero * weights.astype(np.int64).reshape(outputs, -1).sum(axis=1)
    unknown = np.zeros(outputs, np.int64)
    layer = Layer(title, side, channels, np.ascontiguousarray(weights), shifted, unknown, unknown, groups=groups)
    return Sum(layer, np.broadcast_to(taken.scale * scale.astype(np.float32), (outputs,)))
