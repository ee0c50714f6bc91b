"""A model file without the words that only its converter needed: of a small network they are most of the file."""

from __future__ import annotations

import onnx


def with_short_names(model: bytes) -> bytes:
    """The same ONNX graph with tensors called by number; its inputs and outputs keep their names.

    The names of nodes, notes and inferred shapes are left out. Numbers are given in the order of the nodes, so equal
    models stay equal. Graphs within graphs are not looked into: the networks exported here have none.
    """
    proto = onnx.load_from_string(model)
    graph = proto.graph
    names = {"": ""} | {value.name: value.name for value in (*graph.input, *graph.output)}
    for node in graph.node:
        node.ClearField("name")
        node.ClearField("doc_string")
        for tensors in (node.input, node.output):
            tensors[:] = [names.setdefault(name, _number(len(names))) for name in tensors]
    for initializer in graph.initializer:
        initializer.name = names.setdefault(initializer.name, _number(len(names)))
        initializer.ClearField("doc_string")
    graph.ClearField("value_info")
    return proto.SerializeToString()


def _number(value: int) -> str:
    """In base 36 without a sign, for it is spelt in each node that takes the tensor."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return digits[value] if value < 36 else _number(value // 36) + digits[value % 36]
