"""Every example of the README runs as it stands there."""

import re
import shutil
import subprocess
import sys
from difflib import SequenceMatcher
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)
COMMANDS = [
    line.partition("#")[0].strip()
    for language, block in BLOCKS
    if language == "sh"
    for line in block.splitlines()
    if line.startswith("inkdigits ") and not line.startswith("inkdigits serve")  # never ends; tests/serving run it
]
PYTHON = [block for language, block in BLOCKS if language == "python"]


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A folder like the checkout, for examples that write."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "docs" / "pictures", folder / "docs" / "pictures")
    shutil.copytree(ROOT / "results", folder / "results")
    return folder


def run(command: list[str], place: Path) -> str:
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_command_lines_run(place):
    assert len(COMMANDS) >= 8
    for command in COMMANDS:
        words = command.split()
        assert run([sys.executable, "-m", *words], place), command


def test_reading_in_python_runs(place):
    rows = [line.rsplit(" ", 1) for line in run([sys.executable, "-c", PYTHON[0]], place).splitlines()]
    truth = ["7203 644133", "15000 3142499", "504110 86078", "9310117 4353850", "3133847 410158", "6978925 5481"]
    read, wanted = ("".join(lines).replace(" ", "") for lines in ([text for text, _ in rows], truth))
    assert SequenceMatcher(None, read, wanted, autojunk=False).ratio() > 0.93
    assert all(0 < float(confidence) <= 1 for _, confidence in rows)


def test_recognising_in_python_runs(place):
    answer = run([sys.executable, "-c", PYTHON[1]], place).split()
    assert answer[0] == "5"
    assert float(answer[1]) > 0.9


def test_an_own_recipe_trains(place):
    (place / "my_recipe.py").write_text(PYTHON[2])
    command = [sys.executable, "-m", "inkdigits", "train", "my_recipe.py", "--epochs", "1", "--limit", "500"]
    assert "accuracy" in run([*command, "--output", "own"], place)


def test_make_targets_exist():
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"^make (\w+)", (ROOT / "README.md").read_text(), flags=re.MULTILINE):
        assert f"\n{target}:" in makefile
