"""The picture of the house is what import-linter sees, and data really goes the ways that it shows."""

import inspect
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from xml.etree import ElementTree

import numpy as np
import pytest
from typer.testing import CliRunner

import inkdigits
from inkdigits.cli.app import app
from inkdigits.datasets import export_folder, load

ROOT = Path(__file__).parents[2]
SOURCE = str(Path(inkdigits.__file__).parent)
ARROW = re.compile(r"<title>(\w+) imports (\w+): (\d+)</title>")
RECIPE = """
import keras
from inkdigits.recipes.recipe import Recipe, adam, cross_entropy

def build():
    return keras.Sequential([keras.layers.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10)])

RECIPE = Recipe(name="mine", title="mine", build=build, optimizer=adam, loss=cross_entropy, epochs=1, batch_size=64)
"""


@pytest.fixture
def architecture(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs")
    import architecture

    return architecture


def test_the_picture_is_of_this_tree(architecture):
    graph = architecture.import_graph()
    drawn = architecture.PICTURE.read_text(encoding="utf-8")
    assert architecture.picture(graph) == drawn, "stale: run python docs/architecture.py"
    graph.add_import(importer="inkdigits.settings", imported="inkdigits.whole_file")
    assert architecture.picture(graph) != drawn


def test_the_picture_has_every_room_and_no_arrow_of_its_own(architecture, tmp_path):
    drawn = architecture.PICTURE.read_text(encoding="utf-8")
    texts = [text.text for text in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]
    files = {file.stem for file in Path(SOURCE).iterdir() if file.suffix == ".py"}
    folders = {file.parent.name for file in Path(SOURCE).glob("*/__init__.py")}
    assert {*files, *folders} - {"__init__", "__main__"} <= set(texts)
    command = [Path(sys.executable).with_name("import-linter"), "drawgraph", "inkdigits", "--show-import-totals"]
    dot = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    totals = {(a, b): int(count) for a, b, count in re.findall(r'"\.(\w+)" ->  "\.(\w+)" \[label="(\d+)"\]', dot)}
    arrows = {(a, b): int(count) for a, b, count in ARROW.findall(drawn)}
    assert len(arrows) > 8
    for pair, count in arrows.items():  # import-linter's totals count imports for type checkers, too
        assert 0 < count <= totals[pair], pair


def rooms_entered(work: Callable[[], object]) -> list[str]:
    """The rooms whose functions ran, in their order."""
    entered: list[str] = []

    def watch(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(SOURCE) and code.co_flags & inspect.CO_OPTIMIZED:
            entered.append(Path(code.co_filename).relative_to(SOURCE).parts[0].removesuffix(".py"))

    sys.setprofile(watch)
    try:
        work()
    finally:
        sys.setprofile(None)
    return entered


def leads_along(stops, entered: list[str]) -> bool:
    """Whether the rooms were entered in the order of the stops, one of each stop's being enough."""
    rest = iter(entered)
    return all(any(room in stop.rooms for room in rest) for stop in stops)


@pytest.mark.parametrize("verb", ["read", "classify"])
def test_an_image_goes_its_way(architecture, verb):
    five = ROOT / "docs" / "pictures" / "five.png"
    entered = rooms_entered(lambda: CliRunner().invoke(app, [verb, str(five)], catch_exceptions=False))
    assert ("ink" in entered) == (verb == "classify")
    stops = [stop for stop in architecture.IMAGE.stops if verb == "read" or stop.rooms != ("reading",)]
    assert leads_along(stops, entered[entered.index("pictures") :])
    assert not leads_along(stops[::-1], entered[entered.index("pictures") :])


def test_a_training_run_goes_its_way(architecture, tmp_path):
    (tmp_path / "mine.py").write_text(RECIPE)
    export_folder(load("mnist", "test").take(np.arange(300)), tmp_path / "digits")
    options = ["--data", f"folder:{tmp_path}/digits", "--output", str(tmp_path / "run")]
    entered = rooms_entered(
        lambda: CliRunner().invoke(app, ["train", str(tmp_path / "mine.py"), *options], catch_exceptions=False)
    )
    begun = entered[entered.index("datasets") :]
    assert leads_along(architecture.RUN.stops, begun)
    assert not leads_along(architecture.RUN.stops[::-1], begun)
