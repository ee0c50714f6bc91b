"""The notebooks run from top to bottom, and what is committed of them is such a run."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from inkdigits.bundle import PRETRAINED, load_bundle

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
REDUCED = {
    "explore-mnist": "IMAGES = 500",
    "read-a-photograph": None,
    "search": "TRIALS, IMAGES, EPOCHS = 2, 200, 1",
    "train-cnn-dropout": "IMAGES, EPOCHS = 640, 1\nASKED = 500",
    "what-the-network-looks-at": "PATCH, STEP = 8, 4",
}
NAMES = re.compile(r"^([A-Z, ]+?) =", flags=re.MULTILINE)
MACHINE_PATH = re.compile(r"/(?:tmp|home|root|work|Users|var|private|opt|usr)/|[A-Z]:\\")


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def kinds(cell):
    """What a cell left behind, in order: streams by name, data by type."""
    return [output.get("name") or sorted(output.data) for output in cell.outputs]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


def test_committed_outputs_are_of_one_clean_run(path):
    assert path.stat().st_size < 300_000
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata["inkdigits"] == {"bundle": load_bundle(PRETRAINED).metadata["sha256"]}
    cells = code_cells(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert {output.output_type for output in outputs} <= {"stream", "display_data", "execute_result"}
    assert all(output.get("name") != "stderr" for output in outputs)
    for output in outputs:
        text = output.get("text", "") + "".join(
            output.get("data", {}).get(kind, "") for kind in ("text/plain", "text/html")
        )
        assert not MACHINE_PATH.search(text), text


def test_a_run_gives_outputs_of_the_committed_kinds(path, tmp_path, monkeypatch):
    for name in ("TMPDIR", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    committed = nbformat.read(path, as_version=4)
    notebook = nbformat.read(path, as_version=4)
    if REDUCED[path.stem] is not None:
        parameters = code_cells(notebook)[0]
        assert parameters.metadata["tags"] == ["parameters"]
        assert NAMES.findall(parameters.source) == NAMES.findall(REDUCED[path.stem])
        parameters.source = REDUCED[path.stem]
    for cell in code_cells(notebook):
        cell.outputs, cell.execution_count = [], None
    mine = tmp_path / path.name
    nbformat.write(notebook, mine)
    command = [sys.executable, ROOT / "notebooks" / "execute.py", mine]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    fresh = code_cells(nbformat.read(mine, as_version=4))
    assert [kinds(cell) for cell in fresh] == [kinds(cell) for cell in code_cells(committed)]
