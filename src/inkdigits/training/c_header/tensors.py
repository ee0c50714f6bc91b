"""Reading a quantised ONNX graph: who takes a tensor, and which tensors are known beforehand."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import onnx
from onnx import NodeProto, numpy_helper


class Quantity(NamedTuple):
    """The scale and zero point of a quantised tensor."""

    scale: np.float32
    zero: int


class QuantisedGraph:
    """An ONNX graph with QuantizeLinear and DequantizeLinear nodes around what computes in 8 bits."""

    def __init__(self, model: bytes) -> None:
        graph = onnx.load_from_string(model).graph
        self.outputs = [output.name for output in graph.output]
        self._makers = {name: node for node in graph.node for name in node.output}
        self._takers: dict[str, list[NodeProto]] = {}
        for node in graph.node:
            for name in node.input:
                self._takers.setdefault(name, []).append(node)
        self._constants = {array.name: numpy_helper.to_array(array) for array in graph.initializer}

    def maker(self, name: str) -> NodeProto | None:
        """The node that gives the tensor."""
        return self._makers.get(name)

    def takers(self, name: str) -> list[NodeProto]:
        """The nodes that take the tensor's content; its shape may be asked for besides."""
        return [node for node in self._takers.get(name, []) if node.op_type != "Shape"]

    def constant(self, name: str) -> np.ndarray | None:
        """The tensor's content where the graph holds it."""
        return self._constants.get(name)

    def whole_numbers(self, name: str) -> tuple[np.ndarray, np.ndarray] | None:
        """(int8 or int32 content, its float32 scale) of a dequantised constant whose zero point is 0."""
        maker = self.maker(name)
        if maker is None or maker.op_type != "DequantizeLinear":
            return None
        content, scale, zero = (self.constant(part) for part in maker.input)
        if content is None or scale is None or zero is None or zero.any():
            return None
        return content, scale

    def quantity(self, node: NodeProto) -> Quantity | None:
        """Scale and zero point of a QuantizeLinear or DequantizeLinear node, where it is to uint8 by tensor."""
        scale, zero = (self.constant(name) for name in node.input[1:3])
        if scale is None or zero is None or zero.dtype != np.uint8 or scale.size != 1:
            return None
        return Quantity(np.float32(scale.item()), int(zero.item()))


def attributes(node: NodeProto) -> dict[str, Any]:
    """The node's attributes by name."""
    return {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}
