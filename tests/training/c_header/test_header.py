"""A compiled header gives the digits of the int8 model it was made of; what it cannot hold is refused by name."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from inkdigits.bundle import PRETRAINED, Bundle, load_bundle
from inkdigits.datasets import load
from inkdigits.errors import BundleError
from inkdigits.training.c_header import parity
from inkdigits.training.c_header.conversion import integer_network
from inkdigits.training.c_header.header import flash_bytes, header, ram_bytes, write_header
from inkdigits.training.c_header.layers import Affine, IntegerNetwork, Layer, exact_ratio

Compile = Callable[[str], Path]
MAIN = """#include <stdio.h>
#include "inkdigits_tiny.h"
int main(void) {
    uint8_t image[784];
    int32_t logits[INKDIGITS_TINY_CLASSES];
    while (fread(image, 1, sizeof image, stdin) == sizeof image) {
        inkdigits_tiny_logits(image, logits);
        printf("%d", inkdigits_tiny_digit(image));
        for (int i = 0; i < INKDIGITS_TINY_CLASSES; i++) printf(" %ld", (long)logits[i]);
        printf("\\n");
    }
    return 0;
}
"""


def answers(program: Path, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(digits, logits) of the program, for uint8 (N, 28, 28)."""
    done = subprocess.run([program], input=images.tobytes(), capture_output=True, check=True)
    table = np.array([line.split() for line in done.stdout.splitlines()], np.int64)
    return table[:, 0], table[:, 1:]


def exact_session(model: Path) -> onnxruntime.InferenceSession:
    """ONNX Runtime without the saturation that AVX2 alone brings."""
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.x64quantprecision", "1")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def test_digits_are_those_of_onnx_runtime(small: Bundle, tmp_path: Path, compiled: Compile) -> None:
    patches = np.random.default_rng(0).integers(0, 256, (1000, 7, 7), np.uint8).repeat(4, axis=1).repeat(4, axis=2)
    ink = np.concatenate([load("mnist", "test").take(np.arange(1000)).images, patches])
    wanted, images = exact_session(small.model_path).run(["probabilities", "digit_image"], {"ink": ink})
    network = write_header(small, tmp_path / "inkdigits_tiny.h")
    digits, logits = answers(compiled(MAIN), images)
    assert len(np.unique(digits)) > 3
    assert len(np.unique(logits, axis=0)) > 1000
    np.testing.assert_array_equal(digits, wanted.argmax(axis=1))
    found = np.exp(np.ldexp(logits - logits.max(axis=1, keepdims=True), -network.logits.shift))
    finest = 256 * 2.0**-network.logits.shift  # a logit's factor is rounded once, and taken 255 times at most
    np.testing.assert_allclose(found / found.sum(axis=1, keepdims=True), wanted, atol=finest, rtol=0)
    np.testing.assert_array_equal(parity.logits(network, images), logits)


def test_the_header_states_what_it_takes(small: Bundle, tmp_path: Path) -> None:
    network = write_header(small, tmp_path / "inkdigits_tiny.h")
    text = (tmp_path / "inkdigits_tiny.h").read_text()
    sizes = {"int8_t": 1, "uint8_t": 1, "int32_t": 4}
    arrays = re.findall(r"^static const (\w+) \w+\[(\d+)\] = \{\n([^}]*)", text, flags=re.MULTILINE)
    assert flash_bytes(network) == sum(sizes[kind] * int(count) for kind, count, _ in arrays)
    assert all(len(values.split(",")) == int(count) for _, count, values in arrays)
    (buffers,) = re.findall(r"^static uint8_t \w+\[(\d+)\], \w+\[(\d+)\];", text, flags=re.MULTILINE)
    assert ram_bytes(network) == sum(map(int, buffers))
    assert f"_FLASH_BYTES {flash_bytes(network)}\n" in text
    assert f"_RAM_BYTES {ram_bytes(network)}\n" in text
    assert re.findall(r"#include (\S+)|\b(malloc|float|double)\b(?=[ (])", text) == [("<stdint.h>", "")]


def by_hand() -> IntegerNetwork:
    """Dense: class 0 sums 3 times the first pixel and 10, class 1 the last pixel less 630; quarters of that."""
    weights = np.zeros((2, 28, 28, 1), np.int8)
    weights[0, 0, 0], weights[1, -1, -1] = 3, 1
    ones = np.ones(2, np.int64)
    affine = Affine(np.array([3, -1]), np.array([1, 300]), 1, zero=7, lowest=9)
    layer = Layer("dense", 28, 1, weights, np.array([10, -630]), ones, 2 * ones, zero=5, affine=affine)
    return IntegerNetwork((layer,), Affine(np.array([2, 1]), np.array([-100, 7]), 3))


def test_a_network_worked_out_by_hand(tmp_path: Path, compiled: Compile) -> None:
    facts = {"classes": ["none", "some"], "recipe": {"name": "tiny"}, "sha256": "0" * 64}
    (tmp_path / "inkdigits_tiny.h").write_text(header(by_hand(), Bundle(tmp_path, facts)))
    image = np.zeros((3, 28, 28), np.uint8)
    image[0, 0, 0] = 200  # 610 / 4 = 152.5 to 152, 157; 157 * 3 + 1 = 472, 236, 243
    image[1, 0, 0] = 4  # 22 / 4 = 5.5 to 6, 11; 34, 17, 24
    image[2] = 255  # 775 / 4 = 193.75, 199; 598, 299, 306 held at 255
    # Class 1: -630, or -375, quarters of it, below zero: 0; 300, 150, 157.
    digits, logits = answers(compiled(MAIN), image)
    np.testing.assert_array_equal(logits, [[386, 164], [-52, 164], [410, 164]])
    np.testing.assert_array_equal(digits, [0, 1, 0])


def test_products_are_rounded_as_floats(tmp_path: Path, compiled: Compile) -> None:
    facts = {"classes": ["none", "some"], "recipe": {"name": "tiny"}, "sha256": "0" * 64}
    (tmp_path / "inkdigits_tiny.h").write_text(header(by_hand(), Bundle(tmp_path, facts)))
    cases = {(value, 1, 1): wanted for value, wanted in zip(range(-7, 9, 2), (-4, -2, -2, 0, 0, 2, 2, 4), strict=True)}
    # (2^23 + 1)^2 = 2^46 + 2^24 + 1 is no float32: 2^46 + 2^24 is, and that over 2^25 lies halfway above 2^21.
    cases |= {(2**23 + 1, 2**23 + 1, 25): 2**21, (-(2**23) - 1, 2**23 + 1, 25): -(2**21), (3, 7, 2): 5, (0, 5, 40): 0}
    calls = "".join(
        f'    printf("%ld ", (long)inkdigits_tiny_scaled({", ".join(map(str, case))}));\n' for case in cases
    )
    program = compiled(
        f'#include <stdio.h>\n#include "inkdigits_tiny.h"\nint main(void) {{\n{calls}    return 0;\n}}\n'
    )
    done = subprocess.run([program], capture_output=True, text=True, check=True)
    assert list(map(int, done.stdout.split())) == list(cases.values())


def test_a_stranger_s_words_stay_in_their_comments(tmp_path: Path, compiled: Compile) -> None:
    hostile = "x */ int f(void) { return 1; } /* \\ \n"
    plain = {"classes": ["none", "some"], "recipe": {"name": "tiny"}, "sha256": "0" * 64}
    assert "/* none, some */" in header(by_hand(), Bundle(tmp_path, plain))
    for facts in ({"recipe": {"name": hostile}}, {"classes": ["some", hostile]}, {"recipe": hostile}):
        text = header(by_hand(), Bundle(tmp_path, {**plain, **facts}))
        assert "int f(void)" not in text
        (tmp_path / "any.h").write_text(text)
        compiled('#include "any.h"\nint main(void) { return 0; }\n')


def test_scales_become_whole_numbers_without_loss() -> None:
    multiplier, shift = exact_ratio(np.array([0.75, 0.1], np.float32))
    np.testing.assert_array_equal(multiplier, [3 * 2**22, 13421773])  # 0.1 in IEEE 754 is 0xCCCCCD / 2**27
    np.testing.assert_array_equal(shift, [24, 27])


def changed(model: Path, kind: str, **attributes: object) -> bytes:
    """The model, its first node of that kind with other attributes or, given `op`, another kind."""
    proto = onnx.load(model)
    node = next(node for node in proto.graph.node if node.op_type == kind)
    node.op_type = attributes.pop("op", kind)
    kept = [attribute for attribute in node.attribute if attribute.name not in attributes]
    del node.attribute[:]
    node.attribute.extend([*kept, *(onnx.helper.make_attribute(name, value) for name, value in attributes.items())])
    return proto.SerializeToString()


@pytest.mark.parametrize("small", ["pooled_first"], indirect=True)
@pytest.mark.parametrize(
    ("kind", "attributes", "words"),
    [
        ("Conv", {"strides": [2, 2]}, "has Conv with a stride or a dilation"),
        ("Conv", {"pads": [1, 1, 1, 1]}, "has Conv with padding"),
        ("MaxPool", {"kernel_shape": [3, 3]}, "has MaxPool with overlap or padding"),
        ("Relu", {"op": "Tanh"}, "has Tanh, which the C header does not know; it knows Conv2D and Depth"),
        ("Relu", {"op": "ReduceMean", "axes": [3]}, "has ReduceMean over other axes"),
    ],
)
def test_other_layers_are_refused(small: Bundle, kind: str, attributes: dict[str, object], words: str) -> None:
    with pytest.raises(BundleError, match=f"^small.onnx: {words}"):
        integer_network(changed(small.model_path, kind, **attributes), "small.onnx")


@pytest.mark.parametrize(
    ("bundle", "words"),
    [
        (PRETRAINED, "is not quantised; run inkdigits export int8 first"),
        (PRETRAINED / "int8", "has a judgement of what is no digit"),
    ],
)
def test_bundles_without_a_header(bundle: Path, words: str, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=words):
        write_header(load_bundle(bundle), tmp_path / "digits.h")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("small", ["dense"], indirect=True)
def test_a_wrong_network_is_noticed(small: Bundle) -> None:
    model = small.model_path.read_bytes()
    network = integer_network(model, "small.onnx")
    parity.check_parity(network, model, "small.onnx")
    first, *others = network.layers
    upside_down = Layer(**{**vars(first), "weights": first.weights[:, ::-1]})
    with pytest.raises(BundleError, match=r"^small.onnx: in whole numbers .* no header was written$"):
        parity.check_parity(IntegerNetwork((upside_down, *others), network.logits), model, "small.onnx")
