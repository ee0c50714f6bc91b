"""Runs the notebooks of this folder from top to bottom and keeps their outputs in them.

    python notebooks/execute.py [NAME.ipynb ...]

After a change of the model that ships, or of a notebook. What a machine says of itself (times, versions, standard
error, where TensorFlow tells of its processor) is not kept.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from inkdigits.bundle import PRETRAINED, load_bundle

HERE = Path(__file__).parent
SECONDS = 300  # for one cell


def executed(notebook: NotebookNode, folder: Path = HERE) -> NotebookNode:
    """The notebook with the outputs of a run in `folder`; raises nbclient's `CellExecutionError` where a cell fails."""
    client = NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    )
    done = client.execute()
    done.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    done.metadata["inkdigits"] = {"bundle": load_bundle(PRETRAINED).metadata["sha256"]}  # what read the pictures
    for cell in done.cells:
        if "outputs" in cell:
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    return done


def main(names: list[str]) -> None:
    """Runs those that were named, or all."""
    # `!inkdigits` in a notebook is that of this Python, whether or not its environment is activated.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for path in [Path(name) for name in names] or sorted(HERE.glob("*.ipynb")):
        print(path.name)
        nbformat.write(executed(nbformat.read(path, as_version=4)), path)


if __name__ == "__main__":
    main(sys.argv[1:])
