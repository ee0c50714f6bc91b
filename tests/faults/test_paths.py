"""Names of every kind, in locales that know few characters: spaces, other scripts, no UTF-8, as long as can be."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from inkdigits.bundle import PRETRAINED

NAMES = [b"two words", "zw\u00f6lf \u4e03".encode(), b"caf\xe9", b"-n", b"$(x) 'y'", b"l" * 240]
LOCALES = [
    {"LC_ALL": "C.UTF-8"},
    {"LC_ALL": "C"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems do not let a name be any bytes")


@pytest.fixture(scope="module")
def places(tmp_path_factory, five) -> list[Path]:
    """Folders of every kind of name, in each a picture and a bundle of that name."""
    base = tmp_path_factory.mktemp("names")
    found = []
    for name in map(os.fsdecode, NAMES):
        place = base / name
        place.mkdir()
        shutil.copyfile(five, place / f"{name}.png")
        shutil.copytree(PRETRAINED, place / f"{name}.b")
        found.append(place)
    return found


@pytest.mark.parametrize("environment", LOCALES, ids=lambda given: f"{len(given)}-{given['LC_ALL']}")
def test_pictures_of_any_name_are_read_and_written_about(places, environment, command, tmp_path) -> None:
    pictures = [place / f"{place.name}.png" for place in places]
    out = tmp_path / os.fsdecode(b"o\xfct \xc3\xbc")
    done = command("read", *pictures, "--output", out, "--annotate", out, "--workers", 1, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert {path.name for path in out.glob("*.txt")} >= {f"{os.fsdecode(name)}.txt" for name in NAMES[:5]}
    assert all(path.read_text() == "5\n" for path in out.glob("*.txt"))
    assert len(list(out.iterdir())) == 2 * len(NAMES)
    done = command("read", *pictures, "--resume", out / "r.jsonl", "--workers", 1, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert (out / "r.jsonl").read_text(encoding="utf-8").count('"text":"5","pages"') == len(NAMES)


@pytest.mark.parametrize("number", range(len(NAMES)))
def test_bundles_of_any_name_recognise(number, places, command) -> None:
    place = places[number]
    done = command(
        "classify", place / f"{place.name}.png", "--bundle", place / f"{place.name}.b", **LOCALES[number % 3]
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.rpartition(".png: ")[2].startswith("5 ")


def test_data_of_any_name_are_loaded(command, five, tmp_path) -> None:
    place = tmp_path / os.fsdecode(b"d\xe4ten \xc3\xbc")
    for digit in "0123456789":
        (place / digit).mkdir(parents=True)
        shutil.copyfile(five, place / digit / os.fsdecode(b"f\xfcnf.png"))
    sheet = place / "sheet.png"
    done = command("data", "show", f"folder:{place}", "--output", sheet, **LOCALES[2])
    assert done.returncode == 0, done.stderr
    assert sheet.stat().st_size > 0


@pytest.mark.parametrize("name", ["n" * 300, "d/" * 3000 + "x", "a\nb\x1b[31mred"])
@pytest.mark.parametrize("use", ["picture", "bundle", "output", "data"])
def test_names_that_cannot_be_are_one_line(use, name, command, five, one_line, tmp_path) -> None:
    missing = f"{tmp_path}/none/{name}"
    (tmp_path / "none").write_text("a file, so that nothing can be in it")
    arguments = {
        "picture": ("classify", missing),
        "bundle": ("classify", five, "--bundle", missing),
        "output": ("read", five, "--output", missing),
        "data": ("data", "show", f"folder:{missing}"),
    }
    done = command(*arguments[use])
    assert "Traceback" not in done.stderr
    assert one_line(done), done.stderr
