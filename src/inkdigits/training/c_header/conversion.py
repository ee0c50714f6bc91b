"""A quantised ONNX graph, from the digit image to the probabilities, as layers of whole numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from onnx import NodeProto

from inkdigits.errors import BundleError
from inkdigits.training.c_header import sums
from inkdigits.training.c_header.activations import Activations, dequantised, pixels
from inkdigits.training.c_header.layers import IntegerNetwork, Layer, closest_affine, passing_on
from inkdigits.training.c_header.tensors import QuantisedGraph, Quantity, attributes

SIDE = 28
_KNOWN = (
    "Conv2D and DepthwiseConv2D without padding or stride, MaxPooling2D, BatchNormalization, ReLU, "
    "GlobalAveragePooling2D, Flatten and Dense"
)
_PASSED = ("Cast", "Identity", "Reshape", "Squeeze", "Slice")  # sizes are checked where weights meet them


def integer_network(model: bytes, source: str) -> IntegerNetwork:
    """The layers between the pixel contract and the softmax of the quantised ONNX `model`.

    Raises `BundleError`, which names `source`, for a network with other layers than the header knows.
    """
    return _Conversion(QuantisedGraph(model), source).network()


class _Conversion:
    """Follows the activations from node to node; what has been understood lies in `layers`."""

    def __init__(self, graph: QuantisedGraph, source: str) -> None:
        self._graph, self._source = graph, source
        self._layers: list[Layer] = []
        self._side, self._channels, self._channels_last = SIDE, 1, False
        self._values: Activations = pixels()
        self._quantity: Quantity | None = None  # of the activations, where they have been dequantised
        self._sum: sums.Sum | None = None  # a layer whose output's scale is to come

    def network(self) -> IntegerNetwork:
        if "digit_probability" in self._graph.outputs:
            raise self._refusal("a judgement of what is no digit")
        tensor = "digit_image"
        if not self._graph.takers(tensor) and (maker := self._graph.maker(tensor)) is not None:
            tensor = maker.input[0]  # the name was given by an Identity
        node = self._taker(tensor)
        while node.op_type != "Softmax":
            self._follow(node)
            node = self._taker(node.output[0])
        if self._sum or self._values.rectified or self._side != 1 or self._quantity is None:
            raise self._refusal("logits that are no quantised sums")
        return IntegerNetwork(tuple(self._layers), closest_affine(self._values.slope, self._values.intercept))

    def _taker(self, tensor: str) -> NodeProto:
        takers = self._graph.takers(tensor)
        if len(takers) != 1:
            raise self._refusal("branches")
        return takers[0]

    def _follow(self, node: NodeProto) -> None:
        kind = node.op_type
        if kind in _PASSED:
            return
        if kind == "Transpose":
            self._transpose(attributes(node).get("perm"))
        elif kind == "QuantizeLinear":
            self._quantise(self._quantity_of(node))
        elif self._sum is not None:
            raise self._refusal(f"{kind} between a sum and its rounding")
        elif kind == "DequantizeLinear":
            self._quantity = self._quantity_of(node)
            self._values = dequantised(self._quantity, self._channels)
        elif kind in ("Conv", "MatMul"):
            self._open(node)
        elif kind in ("GlobalAveragePool", "ReduceMean"):
            self._average(node)
        elif kind == "MaxPool":
            self._pool(attributes(node))
        elif kind == "Relu":
            self._values = self._values.positive_part()
        elif kind in ("Mul", "Add"):
            constant = self._per_channel(node)
            self._values = self._values.times(constant) if kind == "Mul" else self._values.plus(constant)
        else:
            raise self._refusal(kind)

    def _open(self, node: NodeProto) -> None:
        maker = self._graph.maker(node.input[0])
        while maker is not None and maker.op_type in _PASSED:
            maker = self._graph.maker(maker.input[0])
        if self._quantity is None or maker is None or maker.op_type != "DequantizeLinear":
            raise self._refusal(f"{node.op_type} in float32")
        place = self._side, self._channels, self._quantity
        if node.op_type == "Conv":
            found = sums.convolution(self._graph, node, *place)
        else:
            found = sums.dense(self._graph, node, *place, self._channels_last)
        if isinstance(found, str):
            raise self._refusal(f"{node.op_type} with {found}")
        self._sum = found

    def _average(self, node: NodeProto) -> None:
        places = (1, 2) if self._channels_last else (2, 3)
        stated = self._graph.constant(node.input[1]) if len(node.input) > 1 else None
        axes = attributes(node).get("axes", places if stated is None else stated.tolist())
        quantity = self._quantity
        if quantity is None or {axis % 4 for axis in axes} != set(places):
            raise self._refusal(f"{node.op_type} over other axes")
        if not np.array_equal(self._values.slope, dequantised(quantity, self._channels).slope):
            raise self._refusal(f"{node.op_type} after a BatchNormalization that no convolution took in")
        self._settle(quantity)
        self._sum = sums.average(self._side, self._channels, quantity)

    def _quantise(self, quantity: Quantity) -> None:
        """Ends a sum, or the float32 computation between two quantised tensors."""
        if self._sum is None:
            self._settle(quantity)
            return
        layer = self._sum.quantised(quantity)
        if layer is None:
            raise self._refusal("sums of more than 32 bits")
        self._layers.append(layer)
        self._side, self._channels, self._sum = layer.output_side, layer.outputs, None

    def _settle(self, quantity: Quantity) -> None:
        """Rescales the activations, unless they are so already."""
        if (self._values.quantised(quantity) == np.arange(256)).all():
            return
        affine = self._values.affine(quantity)
        if affine is None:
            raise self._refusal("a rescaling that 32 bits do not hold")
        if not self._layers or self._layers[-1].affine is not None:
            self._layers.append(passing_on(self._side, self._channels))
        self._layers[-1] = replace(self._layers[-1], affine=affine)

    def _pool(self, known: dict[str, Any]) -> None:
        window, strides = known["kernel_shape"], known.get("strides", [1, 1])
        if len({*window, *strides}) != 1 or any(known.get("pads", [])) or known.get("ceil_mode", 0):
            raise self._refusal("MaxPool with overlap or padding")
        if (self._values.slope <= 0).any():
            raise self._refusal("MaxPool after a factor that is not positive")
        if not self._layers or self._layers[-1].affine is not None or self._layers[-1].pool > 1:
            self._layers.append(passing_on(self._side, self._channels))
        self._layers[-1] = replace(self._layers[-1], pool=window[0])
        self._side = self._layers[-1].output_side

    def _transpose(self, order: list[int] | None) -> None:
        if order not in ([0, 2, 3, 1], [0, 3, 1, 2]):
            raise self._refusal("Transpose")
        self._channels_last = order == [0, 2, 3, 1]

    def _per_channel(self, node: NodeProto) -> np.ndarray:
        constant = next((part for part in map(self._graph.constant, node.input) if part is not None), None)
        if constant is None or self._values.rectified:
            raise self._refusal(f"{node.op_type} after ReLU or of two activations")
        if constant.size == 1:
            return constant.reshape(1)
        axes = {3 if self._channels_last else 1} | ({1, 3} if self._side == 1 else set())
        shape = (1,) * (4 - constant.ndim) + constant.shape
        if constant.size != self._channels or self._channels not in {shape[axis] for axis in axes}:
            raise self._refusal(f"{node.op_type} that is not by channel")
        return constant.reshape(-1)

    def _quantity_of(self, node: NodeProto) -> Quantity:
        quantity = self._graph.quantity(node)
        if quantity is None:
            raise self._refusal(f"{node.op_type} that is not to uint8")
        return quantity

    def _refusal(self, what: str) -> BundleError:
        return BundleError(f"{self._source}: has {what}, which the C header does not know; it knows {_KNOWN}")
