"""The wheel as a user gets it: installed without extras into an environment of its own."""

import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import pytest

import inkdigits

ROOT = Path(__file__).parents[2]
FIVE = ROOT / "docs" / "pictures" / "five.png"
PAGE = FIVE.with_name("page.jpg")
CONSTRAINTS = ROOT / "constraints.txt"


@dataclass(frozen=True)
class Environment:
    """A virtual environment, its commands, and a folder to run them in, away from the checkout."""

    folder: Path
    workplace: Path

    def run(
        self, command: str, *arguments: str, cwd: Path | None = None, home: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs a command of the environment; nothing of this process's Python settings reaches it."""
        kept = os.environ.items()
        clean = {name: value for name, value in kept if not name.startswith(("PYTHON", "INKDIGITS_", "ORT_"))}
        clean |= {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")} if home else {}
        commands = self.folder / ("Scripts" if os.name == "nt" else "bin")
        return subprocess.run(
            [str(commands / command), *arguments],
            cwd=cwd or self.workplace,
            env=clean,
            capture_output=True,
            text=True,
            check=False,
        )

    def pip(self, *arguments: str) -> None:
        """Runs pip and shows what it says when it fails."""
        done = self.run("python", "-m", "pip", *arguments, "--constraint", str(CONSTRAINTS))
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)]
    pinned = {**os.environ, "PIP_CONSTRAINT": str(CONSTRAINTS)}
    done = subprocess.run(build, env=pinned, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    workplace = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", str(workplace / "venv")], check=True)
    environment = Environment(workplace / "venv", workplace)
    environment.pip("install", "--quiet", str(wheel))
    return environment


def test_the_wheel_ships_its_type_hints(wheel: Path) -> None:
    assert "inkdigits/py.typed" in zipfile.ZipFile(wheel).namelist()


def test_the_bare_install_has_no_training_framework(bare: Environment) -> None:
    listed = bare.run("python", "-m", "pip", "list", "--format", "json").stdout
    names = {package["name"].lower().replace("_", "-") for package in json.loads(listed)}

    assert {"inkdigits", "numpy", "onnxruntime", "pillow", "typer"} <= names
    unwanted = {"keras", "tensorflow", "tensorflow-cpu", "scikit-learn", "matplotlib", "onnx", "tf2onnx", "scipy"}
    assert names & unwanted == set()


def test_it_recognises_a_digit_from_python(bare: Environment) -> None:
    code = (
        "import sys, inkdigits\n"
        "from inkdigits.ink import load_ink\n"
        "print(inkdigits.__file__, inkdigits.Recognizer().predict(load_ink(sys.argv[1]))[0])"
    )
    done = bare.run("python", "-c", code, str(FIVE))
    assert done.returncode == 0, done.stderr
    path, digit = done.stdout.split()
    assert Path(path).is_relative_to(bare.folder)
    assert digit == "5"


def test_it_classifies_an_image_from_the_command_line(bare: Environment) -> None:
    done = bare.run("inkdigits", "classify", str(FIVE), "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    assert [row["digit"] for row in json.loads(done.stdout)] == ["5"]


def test_it_reads_a_page_from_the_command_line(bare: Environment) -> None:
    done = bare.run("inkdigits", "read", str(PAGE))
    assert (done.returncode, done.stderr) == (0, "")
    read, truth = (
        "".join(done.stdout.split()),
        "720364413315000314249950411086078931011743538503133847410158" + "69789255481",
    )
    assert SequenceMatcher(None, read, truth, autojunk=False).ratio() > 0.93


def test_serving_names_the_missing_extra_in_one_line(bare: Environment) -> None:
    done = bare.run("inkdigits", "serve", "--port", "0")
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.endswith("pip install 'inkdigits[serve]'")


def test_onnx_runtime_reports_to_nobody(bare: Environment, tmp_path: Path) -> None:
    # Left alone, ONNX Runtime 1.31 keeps a device id and a queue of events for its makers below the home folder.
    done = bare.run("inkdigits", "classify", str(FIVE), home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.rglob("*")) == []


def test_an_unknown_bundle_is_one_line(bare: Environment) -> None:
    done = bare.run("inkdigits", "classify", str(FIVE), "--bundle", "nowhere")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == ("inkdigits: nowhere: no such folder; a bundle is a folder with model.onnx and model.json\n")


def test_training_names_the_missing_extra_in_one_line(bare: Environment) -> None:
    done = bare.run("inkdigits", "train", "cnn-dropout")
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("inkdigits: this needs the 'train' extra (")
    assert line.endswith("pip install 'inkdigits[train]'")
    assert sorted(path.name for path in bare.workplace.iterdir()) == ["venv"]


def test_help_and_version_work_bare(bare: Environment) -> None:
    first, python, runtime, training = bare.run("inkdigits", "--version").stdout.splitlines()
    assert (first, python.split()[0]) == (f"inkdigits {inkdigits.__version__}", "Python")
    assert runtime.startswith("ONNX Runtime 1.")
    assert training == "Keras is not installed; to train: pip install 'inkdigits[train]'"
    listing = bare.run("inkdigits", "--help")
    assert listing.returncode == 0
    for verb in ("read", "classify", "data", "train", "evaluate", "compare", "recipes", "serve", "export"):
        assert f" {verb} " in listing.stdout


def test_the_tests_of_inference_pass_bare(bare: Environment) -> None:
    bare.pip("install", "--quiet", "pytest", "hypothesis")
    done = bare.run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/inference", cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
