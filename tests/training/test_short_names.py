"""Short names leave a model's answers and its contract as they were, and take little room."""

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

from inkdigits.training.short_names import with_short_names


def long_winded() -> bytes:
    """probabilities = clip(ink * 3 + 2, 5), its tensors called at length; the upper bound is left out."""
    long = "functional_3_1/a_network_1/a_layer_1/"
    nodes = [
        helper.make_node(
            "Mul", ["ink", f"{long}factor:0"], [f"{long}product:0"], name=f"{long}Mul", doc_string="times 3"
        ),
        helper.make_node("Add", [f"{long}product:0", f"{long}term:0"], [f"{long}sum:0"], name=f"{long}Add"),
        helper.make_node("Clip", [f"{long}sum:0", "", f"{long}bound:0"], ["probabilities"], name=f"{long}Clip"),
    ]
    numbers = {"factor:0": 3.0, "term:0": 2.0, "bound:0": 5.0, "factor": 0.0}
    constants = [helper.make_tensor(long + name, TensorProto.FLOAT, [], [number]) for name, number in numbers.items()]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N"]) for name in ("ink", "probabilities")]
    between = [helper.make_tensor_value_info(f"{long}sum:0", TensorProto.FLOAT, ["N"])]
    graph = helper.make_graph(nodes, "graph", ends[:1], ends[1:], constants, value_info=between)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()


def test_answers_and_contract_stay() -> None:
    short = with_short_names(long_winded())
    onnx.checker.check_model(short, full_check=True)
    session = onnxruntime.InferenceSession(short, providers=["CPUExecutionProvider"])
    (found,) = session.run(["probabilities"], {"ink": np.array([-1, 0, 0.5, 4], np.float32)})
    np.testing.assert_array_equal(found, np.array([-1, 2, 3.5, 5], np.float32))


def test_names_are_short_and_nothing_is_told_twice() -> None:
    graph = onnx.load_from_string(with_short_names(long_winded())).graph
    inside = {name for node in graph.node for name in (*node.input, *node.output)} - {"", "ink", "probabilities"}
    assert len(inside) == 5
    assert max(map(len, inside)) == 1
    assert len({array.name for array in graph.initializer}) == 4
    assert not graph.value_info
    assert not any(node.name or node.doc_string for node in graph.node)
