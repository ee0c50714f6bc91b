"""The program for microcontrollers: it compiles strictly, and it centres ink as model.onnx does."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from PIL import Image

from inkdigits.bundle import Bundle, load_bundle
from inkdigits.datasets import load
from inkdigits.recognizer import Recognizer
from inkdigits.training.c_header.conversion import integer_network
from inkdigits.training.c_header.header import header
from inkdigits.training.c_header.layers import Affine, IntegerNetwork, Layer

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "microcontroller"
DRAWINGS = sorted((ROOT / "tests" / "fixtures" / "drawings").glob("*.pgm"))
STRICT = ("-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-Wconversion", "-O2")
CENTRE = """#include <stdio.h>
#include <stdlib.h>
#include "centre_ink.h"
static uint8_t ink[320 * 320], image[784];
int main(int count, char **sides) {
    const int height = atoi(sides[1]), width = atoi(sides[2]);
    const size_t size = (size_t)(height * width);
    while (count == 3 && fread(ink, 1, size, stdin) == size) {
        if (!centre_ink(ink, height, width, image)) return 1;
        fwrite(image, 1, sizeof image, stdout);
    }
    return 0;
}
"""
TINY = ROOT / "src" / "inkdigits" / "pretrained" / "tiny"
DIGITS = """#include <stdio.h>
#include "inkdigits_tiny.h"
int main(void) {
    static uint8_t image[784];
    while (fread(image, 1, sizeof image, stdin) == sizeof image) putchar('0' + inkdigits_tiny_digit(image));
    return 0;
}
"""

Compile = Callable[[str], Path]


@pytest.fixture
def compiled(tmp_path: Path) -> Compile:
    """Compiles a program beside the example's files, any warning an error."""
    if shutil.which("gcc") is None:
        pytest.skip("gcc is not installed")
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True)

    def compile_program(name: str) -> Path:
        command = ["gcc", *STRICT, name, "-o", "program"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        return tmp_path / "program"

    return compile_program


def centred(program: Path, ink: np.ndarray) -> np.ndarray:
    """What the program makes of uint8 (N, H, W): uint8 (N, 28, 28)."""
    sides = [str(side) for side in ink.shape[1:]]
    done = subprocess.run([program, *sides], input=ink.tobytes(), capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(-1, 28, 28)


def test_ink_is_centred_as_the_model_does(tmp_path: Path, compiled: Compile) -> None:
    (tmp_path / "centre.c").write_text(CENTRE)
    program, recognizer = compiled("centre.c"), Recognizer()
    drawings = [np.asarray(Image.open(path))[np.newaxis] for path in DRAWINGS]
    edges = [np.zeros((1, 9, 5), np.uint8), np.full((1, 1, 1), 7, np.uint8), np.full((1, 3, 300), 255, np.uint8)]
    differences = np.concatenate(
        [
            np.abs(centred(program, ink) - recognizer.recognise(ink).digit_images.astype(int))
            for ink in (load("mnist", "test").take(np.arange(200)).images, *drawings, *edges)
        ]
    )
    assert differences.max() <= 1  # on the edge of two grey levels floats may round either way
    assert (differences > 0).mean() < 1e-3
    wide = subprocess.run([program, "1", "321"], input=bytes(321), capture_output=True, check=False)
    assert (wide.returncode, wide.stdout) == (1, b"")


def test_the_program_tells_the_digit(tmp_path: Path, compiled: Compile) -> None:
    ink = np.zeros((28, 28), np.uint8)
    ink[3:6, 2:14], ink[3:19, 6:9] = 255, 255  # a T, which is to be a 7, and upside down a 1
    upright, turned = Recognizer().recognise(np.stack([ink, ink[::-1]])).digit_images.astype(int)
    weights = np.zeros((10, 28 * 28), np.int8)
    weights[7, (upright - turned).argmax()] = weights[1, (turned - upright).argmax()] = 1
    ones = np.ones(10, np.int64)
    layer = Layer("dense", 28, 1, weights.reshape(10, 28, 28, 1), 0 * ones, 2 * ones, ones)
    network = IntegerNetwork((layer,), Affine(ones, 0 * ones, 1))
    facts = {"classes": [str(digit) for digit in range(10)], "recipe": {"name": "tiny"}, "sha256": "0" * 64}
    (tmp_path / "inkdigits_tiny.h").write_text(header(network, Bundle(tmp_path, facts)))
    program = compiled("main.c")
    for drawing, digit in ((ink, b"7\n"), (ink[::-1], b"1\n")):
        assert subprocess.run([program], input=drawing.tobytes(), capture_output=True, check=True).stdout == digit
    short = subprocess.run([program], input=bytes(783), capture_output=True, check=False)
    assert (short.returncode, short.stdout) == (2, b"")
    assert short.stderr == b"main: fewer than 784 bytes; give 28 rows of 28 pixels\n"


def test_the_header_gives_the_digits_of_the_int8_model(tmp_path: Path, compiled: Compile) -> None:
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.x64quantprecision", "1")  # AVX2 alone saturates
    session = onnxruntime.InferenceSession(TINY / "model.onnx", options, providers=["CPUExecutionProvider"])
    wanted, images = session.run(["probabilities", "digit_image"], {"ink": load("mnist", "test").images})
    assert len(images) == 10_000
    (tmp_path / "digits.c").write_text(DIGITS)
    done = subprocess.run([compiled("digits.c")], input=images.tobytes(), capture_output=True, check=True)
    np.testing.assert_array_equal(np.frombuffer(done.stdout, np.uint8) - ord("0"), wanted.argmax(axis=1))


def test_the_header_is_of_the_bundle_that_ships() -> None:
    bundle = load_bundle(TINY)
    network = integer_network(bundle.model_path.read_bytes(), "tiny")
    assert (EXAMPLE / "inkdigits_tiny.h").read_text() == header(network, bundle)
