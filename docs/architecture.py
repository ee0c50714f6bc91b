"""Draws the house: the layers of import-linter's contract, who imports whom between neighbours, and the two ways.

    python docs/architecture.py

Writes architecture.svg beside itself. Layers come from pyproject.toml, arrows from the imports that import-linter
checks, a room's line from its docstring; only the ways are told here, and a test follows them.
"""

from __future__ import annotations

import ast
from importlib.util import find_spec
from itertools import pairwise, product
from pathlib import Path

import grimp
from architecture_svg import Arrows, Layers, Stop, Way, drawn
from importlinter import api

PICTURE = Path(__file__).with_suffix(".svg")
PACKAGE = "inkdigits"

IMAGE = Way(
    "image",
    "One image, from a file to its answer",
    (
        Stop(("pictures",), "any file becomes pages of pixels"),
        Stop(("reading", "ink"), "of a page the ink of each mark; of one digit its ink"),
        Stop(("recognizer", "bundle"), "probabilities of each piece of ink"),
        Stop(("reading",), "the likeliest digits of each line"),
        Stop(("cli", "serving"), "text, JSON, CSV, ALTO, pictures, HTTP"),
    ),
)
RUN = Way(
    "run",
    "One training run, conducted by experiments",
    (
        Stop(("datasets",), "labelled ink in three parts"),
        Stop(("recipes",), "a network and its plan"),
        Stop(("training", "layers"), "fitted and calibrated"),
        Stop(("bundle",), "model.onnx, model.json"),
        Stop(("recognizer",), "what it says of test images"),
        Stop(("evaluation",), "scores"),
        Stop(("reports",), "report.html"),
    ),
)


def contract_layers() -> Layers:
    """The rooms of each layer, the highest first, as import-linter reads them."""
    pyproject = Path(__file__).parents[1] / "pyproject.toml"
    contracts = api.read_configuration(str(pyproject))["contracts_options"]
    (layers,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [tuple(room.strip() for room in layer.split("|")) for layer in layers]


def import_graph() -> grimp.ImportGraph:
    """The package's imports, without those for type checkers, as the contract has it."""
    return grimp.build_graph(PACKAGE, exclude_type_checking_imports=True, cache_dir=None)


def imports_of_neighbours(graph: grimp.ImportGraph, layers: Layers) -> Arrows:
    """Who imports whom between neighbouring layers."""
    counts = {
        (upper, lower): sum(
            len(graph.find_modules_directly_imported_by(module) & _modules(graph, lower))
            for module in _modules(graph, upper)
        )
        for above, below in pairwise(layers)
        for upper, lower in product(above, below)
    }
    return {pair: count for pair, count in counts.items() if count}


def _modules(graph: grimp.ImportGraph, room: str) -> set[str]:
    top = f"{PACKAGE}.{room}"
    return {top, *graph.find_descendants(top)}


def purpose(room: str) -> str:
    """The first line of a room's docstring, without what repeats its name."""
    spec = find_spec(f"{PACKAGE}.{room}")
    source = Path(str(spec and spec.origin)).read_text(encoding="utf-8")
    line = str(ast.get_docstring(ast.parse(source))).partition("\n")[0]
    head, colon, rest = line.partition(": ")
    line = rest if colon and head.lower() == room else line
    return (line[:1].upper() + line[1:]).replace("`", "").replace("->", "→").rstrip(".")


def picture(graph: grimp.ImportGraph) -> str:
    """The house as SVG."""
    layers = contract_layers()
    purposes = {room: purpose(room) for layer in layers for room in layer}
    return drawn(f"The rooms of {PACKAGE}", layers, purposes, imports_of_neighbours(graph, layers), (IMAGE, RUN))


if __name__ == "__main__":
    PICTURE.write_text(picture(import_graph()), encoding="utf-8")
    print(PICTURE)
