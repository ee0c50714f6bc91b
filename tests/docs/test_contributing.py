"""The changes that CONTRIBUTING.md shows apply to this very tree, pass its fast checks and do what they are for."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from inkdigits.datasets import export_folder, load

ROOT = Path(__file__).parents[2]
SECTIONS = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("\n## ")
DIFFS = {
    section.partition("\n")[0]: "".join(re.findall(r"```diff\n(.*?)```", section, flags=re.DOTALL))
    for section in SECTIONS
    if "```diff" in section
}
COPIED = ("src/inkdigits", "tests/conftest.py", "pyproject.toml")

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git, which applies the changes, is not installed")


def run(tree: Path, *command: object) -> str:
    """What a command said in `tree`, with the package there in the place of the installed one."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(tree / "src"), "COLUMNS": "200"}
    environment |= {"GIT_CEILING_DIRECTORIES": str(tree.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        list(map(str, command)), cwd=tree, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def inkdigits(tree: Path, *arguments: object) -> str:
    return run(tree, sys.executable, "-m", "inkdigits", *arguments)


def changed(tree: Path, title: str) -> Path:
    """A copy of what the change touches and needs, with the change applied."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tree / name)
    (tree / "change.diff").write_text(DIFFS[title], encoding="utf-8")
    run(tree, "git", "apply", "--whitespace=error", "change.diff")
    touched = re.findall(r"^\+\+\+ b/(.+)$", DIFFS[title], flags=re.MULTILINE)
    run(tree, "ruff", "check", *touched)
    run(tree, "ruff", "format", "--check", *touched)
    run(tree, "lint-imports", "--no-cache")
    return tree


def test_each_kind_of_change_is_shown():
    assert set(DIFFS) == {"Add a recipe", "Add a data set", "Add an output format"}


def test_the_recipe_is_listed_and_trained(tmp_path):
    tree = changed(tmp_path / "tree", "Add a recipe")
    export_folder(load("mnist", "test").take(np.arange(400)), tmp_path / "digits")
    (line,) = [line for line in inkdigits(tree, "recipes").splitlines() if line.startswith("linear ")]
    assert "7,850" in line
    assert "88.00 %" in line
    quick = ("--data", f"folder:{tmp_path}/digits", "--epochs", 1, "--limit", 200)
    assert "accuracy" in inkdigits(tree, "train", "linear", *quick, "--output", tmp_path / "run")
    assert (tmp_path / "run" / "bundle" / "model.onnx").exists()


def test_the_data_set_is_loaded_by_its_name(tmp_path):
    tree = changed(tmp_path / "tree", "Add a data set")
    test = load("mnist", "test").take(np.arange(200))
    np.savez(tmp_path / "mine.npz", images=test.images, labels=test.labels)
    inkdigits(tree, "data", "export", f"npz:{tmp_path}/mine.npz", "--to", f"folder:{tmp_path}/back")
    assert sorted(load(f"folder:{tmp_path}/back").labels) == sorted(test.labels)
    assert "npz:FILE" in inkdigits(tree, "evaluate", "--help")
    assert "2 passed" in run(tree, sys.executable, "-m", "pytest", "-q", "tests/datasets")


def test_the_format_is_written(tmp_path):
    tree = changed(tmp_path / "tree", "Add an output format")
    five = ROOT / "docs" / "pictures" / "five.png"
    heading, _, _, _, row = inkdigits(tree, "read", five, "--format", "markdown").splitlines()[:5]
    assert heading == f"## {five}"
    assert re.fullmatch(r"\| 5 \| \d+\.\d% \|", row)
    inkdigits(tree, "read", five, "--format", "markdown", "--output", tmp_path / "read")
    assert (tmp_path / "read" / "five.md").exists()
    assert "1 passed" in run(tree, sys.executable, "-m", "pytest", "-q", "tests/reading")
