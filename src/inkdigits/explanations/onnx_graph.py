"""A model file cut open: from the digit image on, with the activations before its last layer as one more output.

Only the few fields of ONNX that this needs are told to protobuf, which ONNX Runtime brings along; it carries all others
over as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

from inkdigits.errors import BundleError

ACTIVATIONS = "penultimate_activations"
_WEIGHTED = ("Conv", "Gemm", "MatMul")
# The field numbers of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto; a capital names a message.
_FIELDS: dict[str, dict[str, tuple[int, str]]] = {
    "Model": {"graph": (7, "Graph")},
    "Graph": {"node": (1, "Node*"), "input": (11, "Value*"), "output": (12, "Value*")},
    "Node": {"input": (1, "string*"), "output": (2, "string*"), "op_type": (4, "string")},
    "Value": {"name": (1, "string")},
}


def behind_the_contract(model: bytes) -> bytes:
    """The ONNX `model` without its pixel contract: `digit_image` uint8 (N, 28, 28) is the input in the place of `ink`.

    Its other outputs stay, and `penultimate_activations` is added: what goes into the last layer with weights. Raises
    `BundleError` for a model that looks past the digit image, or has no such layer.
    """
    proto = _model_class()()
    try:
        proto.ParseFromString(model)
    except DecodeError as error:
        raise BundleError(f"not a usable ONNX model: {error}") from error
    graph = proto.graph
    makers = {name: node for node in graph.node for name in node.output}
    activations = _into_last_layer(makers)
    needed = _behind(makers, [*(value.name for value in graph.output), activations])
    _keep(graph.node, lambda node: needed.intersection(node.output))
    graph.node.add(input=[activations], output=[ACTIVATIONS], op_type="Identity")
    graph.ClearField("input")
    graph.input.extend(value for value in graph.output if value.name == "digit_image")
    _keep(graph.output, lambda value: value.name != "digit_image")
    graph.output.add(name=ACTIVATIONS)
    return bytes(proto.SerializeToString())


def _keep(messages: Any, wanted: Callable[[Any], Any]) -> None:
    """Takes all others out of a repeated field."""
    for index in reversed(range(len(messages))):
        if not wanted(messages[index]):
            del messages[index]


def _into_last_layer(makers: dict[str, Any]) -> str:
    """The tensor that goes into the layer with weights that is nearest to the probabilities."""
    waiting, met = ["probabilities"], set[str]()
    while waiting:
        name = waiting.pop(0)
        if name in met or name not in makers:
            continue
        met.add(name)
        if makers[name].op_type in _WEIGHTED:
            return str(makers[name].input[0])
        waiting += makers[name].input
    raise BundleError("the model cannot be explained: no layer with weights leads to its probabilities")


def _behind(makers: dict[str, Any], outputs: list[str]) -> set[str]:
    """All tensors that lead from the digit image to `outputs`."""
    waiting, needed = list(outputs), set[str]()
    while waiting:
        name = waiting.pop()
        if name == "ink":
            raise BundleError("the model cannot be explained: its network sees more than the digit image")
        if name not in needed and name != "digit_image" and name in makers:
            needed.add(name)
            waiting += makers[name].input
    return needed


@cache
def _model_class() -> type[Any]:
    """The class of a whole model, in a pool of its own: the `onnx` package may have its own of the same names."""
    file = FileDescriptorProto(name="onnx_graph.proto", package="onnx_graph", syntax="proto2")
    for message, fields in _FIELDS.items():
        described = file.message_type.add(name=message)
        for field, (number, kind) in fields.items():
            described.field.append(_field(field, number, kind))
    pool = DescriptorPool()
    pool.Add(file)
    return GetMessageClass(pool.FindMessageTypeByName("onnx_graph.Model"))


def _field(name: str, number: int, kind: str) -> FieldDescriptorProto:
    form = FieldDescriptorProto
    field = form(name=name, number=number, label=form.LABEL_REPEATED if kind.endswith("*") else form.LABEL_OPTIONAL)
    if kind.startswith("string"):
        field.type = form.TYPE_STRING
    else:
        field.type, field.type_name = form.TYPE_MESSAGE, f".onnx_graph.{kind.removesuffix('*')}"
    return field
