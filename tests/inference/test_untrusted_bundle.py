"""A bundle from a stranger is data: it runs no code, reaches no other file, and takes bounded time and memory."""

import ast
import json
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

import inkdigits
from inkdigits.bundle import MAX_MODEL_BYTES, load_bundle, write_bundle
from inkdigits.errors import BundleError
from inkdigits.recognizer import Recognizer, session

onnx = pytest.importorskip("onnx")
from onnx import helper, numpy_helper  # noqa: E402

SOURCES = sorted(Path(inkdigits.__file__).parent.rglob("*.py"))
RUN_CODE = {"pickle", "_pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}
MEMORY = """
import sys
from inkdigits.errors import BundleError
from inkdigits.recognizer import Recognizer
try:
    Recognizer(sys.argv[1], threads=1)
except BundleError as error:
    print(error)
# Not resource.getrusage: its peak starts at that of the process which started this one.
print(next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def imported(tree: ast.AST) -> set[str]:
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def calls(tree: ast.AST, name: str) -> list[ast.Call]:
    """The calls of anything that is called `name`, be it of a module."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [node for node in found if getattr(node.func, "attr", getattr(node.func, "id", "")) == name]


def test_nothing_that_could_run_code_from_a_file_is_used() -> None:
    loads = 0
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not {name.partition(".")[0] for name in imported(tree)} & RUN_CODE, path
        for call in calls(tree, "load"):
            if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) in ("np", "numpy"):
                loads += 1
                assert {key.arg: ast.unparse(key.value) for key in call.keywords} == {"allow_pickle": "False"}, path
        for name in ("load_model", "load_weights", "register_custom_ops_library", "eval", "exec"):
            for call in calls(tree, name):
                assert path.parent.name == "recipes", f"{path}: {ast.unparse(call)}"
    assert loads >= 2


@pytest.fixture
def model(bars: Path):
    """The model of the bars, to be changed."""
    return onnx.load(bars / "model.onnx")


@pytest.fixture
def refusal(tmp_path: Path):
    """What is said of a bundle with the changed model, when it is loaded and tried."""

    def told(changed) -> str:
        folder = tmp_path / "bundle"
        write_bundle(folder, changed.SerializeToString(), {"classes": [str(digit) for digit in range(10)]})
        with pytest.raises(BundleError) as caught:
            Recognizer(folder, threads=1)
        assert len(str(caught.value).splitlines()) == 1
        assert str(caught.value).startswith(f"{folder / 'model.onnx'}: ")
        return str(caught.value)

    return told


def scaled_by(model, *nodes, **constants: np.ndarray):
    """The model, its probabilities multiplied by the number that `nodes` call "factor"."""
    model.graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in constants.items())
    softmax = next(node for node in model.graph.node if node.op_type == "Softmax")
    softmax.output[0] = "unscaled"
    model.graph.node.extend([*nodes, helper.make_node("Mul", ["unscaled", "factor"], ["probabilities"])])
    return model


@pytest.mark.parametrize("place", ["../../etc/passwd", "/etc/passwd", "/dev/zero", "weights.bin", "link.bin"])
def test_weights_in_other_files_are_refused(place: str, model, refusal, tmp_path: Path) -> None:
    (tmp_path / "bundle").mkdir()
    weights = next(tensor for tensor in model.graph.initializer if tensor.name == "weights")
    (tmp_path / "bundle" / "weights.bin").write_bytes(weights.raw_data)
    (tmp_path / "bundle" / "link.bin").symlink_to("/etc/passwd")
    weights.ClearField("raw_data")
    weights.data_location = onnx.TensorProto.EXTERNAL
    weights.external_data.add(key="location", value=place)
    (tmp_path / "bundle" / "model.json").write_text("{}")
    assert "keeps weights in other files; save it with all of them inside" in refusal(model)


@pytest.mark.parametrize("name", ["digit_probability", "several_probability"])
def test_an_optional_output_of_another_shape_is_refused(name: str, model, refusal) -> None:
    model.graph.node.append(helper.make_node("Identity", ["probabilities"], [name]))
    model.graph.output.append(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    assert "digit_probability and several_probability of the model must be float32 [N]" in refusal(model)


def test_a_model_that_gives_no_numbers_is_told(model, tmp_path: Path) -> None:
    changed = scaled_by(model, helper.make_node("Identity", ["nan"], ["factor"]), nan=np.float32("nan"))
    write_bundle(tmp_path / "nan", changed.SerializeToString(), {"classes": [str(digit) for digit in range(10)]})
    with pytest.raises(BundleError, match="gives what is no number for some image"):
        Recognizer(tmp_path / "nan").predict(np.zeros((3, 28, 28), np.uint8))


def test_a_long_way_of_writing_does_not_hide_other_files(model, tmp_path: Path) -> None:
    weights = next(tensor for tensor in model.graph.initializer if tensor.name == "weights")
    weights.external_data.add(key="location", value="x")
    plain = model.SerializeToString()
    hidden = plain.replace(b"\x0a\x08location", b"\x0a\x88\x80\x00location")
    assert len(hidden) == len(plain) + 2
    write_bundle(tmp_path / "bundle", hidden, {"classes": ["0"]})
    with pytest.raises(BundleError, match="keeps weights in other files"):
        load_bundle(tmp_path / "bundle")


def test_operators_of_strangers_are_refused(model, refusal) -> None:
    model.opset_import.append(helper.make_opsetid("com.stranger", 1))
    changed = scaled_by(model, helper.make_node("Run", ["logits"], ["factor"], domain="com.stranger"))
    assert "com.stranger:Run" in refusal(changed)


def test_a_tensor_larger_than_its_content_is_refused(model, refusal) -> None:
    weights = next(tensor for tensor in model.graph.initializer if tensor.name == "weights")
    weights.dims[:] = [28, 2**50]
    assert "not a usable ONNX model" in refusal(model)


@pytest.mark.parametrize("size", [2**40, 2**31])
@pytest.mark.parametrize("known", [True, False])
def test_a_tensor_larger_than_the_bound_is_refused(size: int, known: bool, model, refusal) -> None:
    first = (
        helper.make_node("Identity", ["one"], ["start"])
        if known
        else helper.make_node("ReduceMin", ["logits"], ["start"], keepdims=0)
    )
    nodes = [
        first,
        helper.make_node("Expand", ["start", "shape"], ["huge"]),
        helper.make_node("ReduceSum", ["huge"], ["factor"], keepdims=0),
    ]
    constants = {"shape": np.array([size], np.int64), "one": np.array(1, np.float32)}
    assert "the model fails: not enough memory" in refusal(scaled_by(model, *nodes, **constants))


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process's memory is read from /proc")
def test_no_memory_is_taken_for_what_is_refused(model, tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Expand", ["one", "shape"], ["huge"]),
        helper.make_node("ReduceSum", ["huge"], ["factor"], keepdims=0),
    ]
    changed = scaled_by(model, *nodes, shape=np.array([2**31], np.int64), one=np.array(1, np.float32))
    write_bundle(tmp_path / "bundle", changed.SerializeToString(), {"classes": [str(digit) for digit in range(10)]})
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(tmp_path / "bundle")], capture_output=True, text=True, check=True
    )
    told, peak = done.stdout.splitlines()
    assert "not enough memory" in told
    assert int(peak) < 500_000


def test_a_model_without_end_is_ended(model, refusal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "MAX_CHECK_SECONDS", 0.2)
    number = helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [])
    truth = helper.make_tensor_value_info("on", onnx.TensorProto.BOOL, [])
    body = helper.make_graph(
        [helper.make_node("Identity", ["on"], ["still"]), helper.make_node("Identity", ["x"], ["y"])],
        "body",
        [helper.make_tensor_value_info("i", onnx.TensorProto.INT64, []), truth, number],
        [
            helper.make_tensor_value_info("still", onnx.TensorProto.BOOL, []),
            helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, []),
        ],
    )
    loop = helper.make_node("Loop", ["times", "on_at_first", "one"], ["factor"], body=body)
    constants = {"times": np.array(2**62), "on_at_first": np.array(True), "one": np.array(1, np.float32)}
    assert "terminate" in refusal(scaled_by(model, loop, **constants))


def test_a_model_of_two_gigabytes_is_refused_before_it_is_read(bars: Path, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_bytes((bars / "model.json").read_bytes())
    with (tmp_path / "model.onnx").open("wb") as file:
        file.truncate(2**31)
    tracemalloc.start()
    try:
        with pytest.raises(BundleError, match=rf"larger than the {MAX_MODEL_BYTES} bytes allowed"):
            load_bundle(tmp_path)
        assert tracemalloc.get_traced_memory()[1] < 10**7
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 10**6,
        b'{"a":' * 10**5,
        b'{"format": ' + b"9" * 10**6 + b"}",
        b'{"format": 1e999, "classes": ["0"]}',
        b'{"format": 1, "classes": ["' + b"\\u0000" * 10**5 + b'"], "sha256": "x"}',
        b" " * (4 * 2**20 + 1),
        b"\xff\xfe" * 1000,
        b"PK\x03\x04" + bytes(1000),
    ],
)
def test_a_hostile_model_json_is_one_line(content: bytes, bars: Path, tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes((bars / "model.onnx").read_bytes())
    (tmp_path / "model.json").write_bytes(content)
    with pytest.raises(BundleError) as caught:
        load_bundle(tmp_path)
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 1000


HOSTILE = [None, True, -1, 10**30, 1e308, "", "x" * 1000, [], [[]], {}, {"a": {}}, [None], {"0.999": "x"}, [1] * 100]


@pytest.mark.parametrize("key", ["rejection", "conformal", "temperature", "scores", "data", "recipe", "versions"])
def test_what_model_json_says_besides_is_never_trusted(key: str, bars: Path, tmp_path: Path) -> None:
    from inkdigits.prediction_sets import bundle_quantile

    ink = np.zeros((1, 28, 28), np.uint8)
    expected = Recognizer(bars, threads=1).predict_proba(ink)
    whole = json.loads((bars / "model.json").read_text())
    (tmp_path / "model.onnx").write_bytes((bars / "model.onnx").read_bytes())
    for value in HOSTILE:
        (tmp_path / "model.json").write_text(json.dumps({**whole, key: value}))
        recognizer = Recognizer(tmp_path, threads=1)
        assert (recognizer.predict_proba(ink) == expected).all()
        with pytest.raises(BundleError):
            bundle_quantile(recognizer.bundle, 0.999)
