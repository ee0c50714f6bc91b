"""The bundle that ships says the same of the same drawings in Python, in Node.js and in C."""

import json
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inkdigits.bundle import PRETRAINED, load_bundle
from inkdigits.recognizer import Recognizer

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures"
DRAWINGS = sorted((FIXTURES / "drawings").glob("*.pgm"))
MODEL = PRETRAINED / "model.onnx"
HEADERS = Path("/usr/include/onnxruntime")
NO_NETWORK = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "ENETUNREACH")

Answers = dict[str, dict[str, object]]


@pytest.fixture(scope="module")
def expected() -> Answers:
    noted = json.loads((FIXTURES / "drawings" / "expected.json").read_text())
    if noted["model"] != load_bundle(PRETRAINED).metadata["sha256"]:
        pytest.fail("expected.json is of another bundle than the one that ships: run python tests/fixtures/drawings.py")
    return noted["drawings"]


def in_python(folder: Path) -> Answers:
    recognizer, answers = Recognizer(PRETRAINED), {}
    for path in DRAWINGS:
        seen = recognizer.recognise(np.asarray(Image.open(path)))
        digit = int(seen.probabilities[0].argmax()) if seen.accepted[0] else None
        probability = float(seen.digit_probability[0])
        answers[path.name] = {"digit": digit, "digit_probability": probability, "probabilities": seen.probabilities[0]}
    return answers


def in_node(folder: Path) -> Answers:
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("Node.js with npm is not installed")
    shutil.copytree(
        ROOT / "examples" / "node", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules")
    )
    done = run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)
    if done.returncode and any(word in done.stderr for word in NO_NETWORK):
        pytest.skip("npm cannot reach its registry for onnxruntime-web")
    assert done.returncode == 0, done.stderr
    return lines_of(run(["node", "digits.mjs", MODEL, *DRAWINGS], folder))


def in_c(folder: Path) -> Answers:
    if sys.platform != "linux" or shutil.which("make") is None or shutil.which("cc") is None:
        pytest.skip("a Linux with make and a C compiler is needed")
    if not HEADERS.is_dir():
        pytest.skip("ONNX Runtime's header is missing: libonnxruntime-dev, from Debian 13 on")
    shutil.copytree(ROOT / "examples" / "c", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("digits", "lib"))
    built = run(["make", f"PYTHON={sys.executable}", f"INCLUDE={HEADERS}"], folder)
    assert built.returncode == 0, built.stderr
    return lines_of(run([folder / "digits", MODEL, *DRAWINGS], folder))


def run(command: list[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )


def lines_of(done: subprocess.CompletedProcess[str]) -> Answers:
    assert (done.returncode, done.stderr) == (0, "")
    return {Path(answer["drawing"]).name: answer for answer in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("language", [in_python, in_node, in_c])
def test_every_language_gives_the_expected_probabilities(
    language: Callable[[Path], Answers], expected: Answers, tmp_path: Path
) -> None:
    answers = language(tmp_path)
    assert answers.keys() == expected.keys()
    for name, wanted in expected.items():
        for part in ("probabilities", "digit_probability"):
            np.testing.assert_allclose(answers[name][part], wanted[part], atol=1e-4, rtol=0, err_msg=name)
        likeliest = int(np.argmax(wanted["probabilities"])) if wanted["digit_probability"] >= 0.5 else None
        assert answers[name]["digit"] == likeliest


def test_the_drawings_are_read_right(expected: Answers) -> None:
    digits = {f"digit-{digit}.pgm": digit for digit in range(10)} | {"four-by-lines.pgm": 4}
    for name, digit in digits.items():
        assert expected[name]["probabilities"][digit] > 0.5, name
        assert expected[name]["digit_probability"] > 0.5, name
    for name in ("two-digits.pgm", "spiral.pgm", "paper.pgm"):
        assert expected[name]["digit_probability"] < 0.5, name


def test_the_drawings_are_what_their_script_draws() -> None:
    script = runpy.run_path(str(FIXTURES / "drawings.py"))
    drawn = {f"{name}.pgm": script["as_pgm"](ink) for name, ink in script["drawings"]().items()}
    assert drawn == {path.name: path.read_bytes() for path in DRAWINGS}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"P6 2 2 255\n" + bytes(12), "is no binary PGM file of 8 bits"),
        (b"P5 2 2 65535\n" + bytes(8), "is no binary PGM file of 8 bits"),
        (b"P5 2 2 100\n" + bytes(4), "is no binary PGM file of 8 bits"),
        (b"P5 30 30 255\n123", "is cut short"),
    ],
)
def test_a_drawing_that_is_none_is_named_in_c(tmp_path: Path, content: bytes, message: str) -> None:
    in_c(tmp_path)
    (tmp_path / "torn.pgm").write_bytes(content)
    done = run([tmp_path / "digits", MODEL, "torn.pgm"], tmp_path)
    assert (done.returncode, done.stderr) == (2, f"digits: torn.pgm: {message}\n")
