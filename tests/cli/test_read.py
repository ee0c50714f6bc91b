"""`inkdigits read` with a reader that knows its answers beforehand; test_read_pages.py has the true one."""

import csv
import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import typer
from PIL import Image
from typer.testing import CliRunner, Result

from inkdigits.cli.read import read
from inkdigits.errors import ImageError, InkdigitsError
from inkdigits.reading import reader as reader_module
from inkdigits.reading.constraint import Constraint
from inkdigits.reading.result import Box, Digit, Line, Page, Reading
from inkdigits.reading.trace import Trace

app = typer.Typer()
app.command()(read)

DIGIT_IMAGE = np.zeros((28, 28), np.uint8)


def reading_of(*texts: str, confidence: float = 0.9) -> Reading:
    lines = []
    for row, text in enumerate(texts):
        digits = tuple(
            Digit(None if c == "□" else c, confidence, Box(9 * i, 9 * row, 9 * i + 9, 9 * row + 9), (), DIGIT_IMAGE)
            for i, c in enumerate(text.replace(" ", ""))
        )
        lines.append(Line(text, digits, Box(0, 9 * row, 9 * len(digits), 9 * row + 9)))
    return Reading(tuple(lines), (Page(100, 50),))


class FakeReader:
    """Answers by the image's name, or raises what it finds there; notes how it was asked."""

    readings: dict[str, Reading | Exception]
    asked: list[dict[str, Any]]

    def __init__(self, bundle: Path | None = None, *, threads: int | None = None) -> None:
        if bundle is not None:
            raise InkdigitsError(f"{bundle}: no such folder")

    def read(self, source: object, **asked: Any) -> Reading:
        self.asked.append({"source": source, **asked})
        found = self.readings.get(asked["name"], reading_of("123"))
        if isinstance(found, Exception):
            raise found
        return found

    def explain(self, source: np.ndarray, **asked: Any) -> tuple[Reading, tuple[Trace, ...]]:
        ink = np.zeros(source.shape[:2], np.uint8)
        return self.read(source, **asked), (Trace(source, ink, (), ()),)


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> type[FakeReader]:
    FakeReader.readings, FakeReader.asked = {}, []
    monkeypatch.setattr(reader_module, "Reader", FakeReader)
    monkeypatch.chdir(tmp_path)
    return FakeReader


def run(*arguments: str | Path, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], input=stdin, catch_exceptions=False)


def picture(path: str, size: tuple[int, int] = (60, 40)) -> str:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, 255).save(path, format="PNG")
    return path


def test_one_image_is_its_lines(reader: type[FakeReader]) -> None:
    reader.readings["a.png"] = reading_of("07 15", "4□")
    result = run("a.png")
    assert (result.stdout, result.stderr, result.exit_code) == ("07 15\n4□\n", "", 0)


def test_lines_of_several_images_are_named(reader: type[FakeReader]) -> None:
    reader.readings |= {"a.png": reading_of("07 15", "4"), "b.png": reading_of("9")}
    assert run("a.png", "b.png").stdout == "a.png:07 15\na.png:4\nb.png:9\n"


def test_a_folder_is_the_images_in_it(reader: type[FakeReader]) -> None:
    for name in ("page 10.png", "page 2.PNG", "notes.txt", ".hidden.png", "deeper/other.png"):
        picture(f"scans/{name}")
    assert run("scans").stdout == "scans/page 2.PNG:123\nscans/page 10.png:123\n"
    picture("single/a.jpg")
    assert run("single").stdout == "single/a.jpg:123\n"


def test_a_folder_without_images_is_named() -> None:
    picture("scans/notes.txt")
    with pytest.raises(InkdigitsError, match=r"^scans: no images in this folder"):
        run("a.png", "scans")


def test_json_is_one_list_of_all(reader: type[FakeReader]) -> None:
    reader.readings |= {"a.png": reading_of("1"), "c.png": reading_of("2 3")}
    reader.readings["b.png"] = ImageError("b.png: no such file; check the path")
    result = run("a.png", "b.png", "c.png", "--format", "json")
    assert [(r["image"], r["text"]) for r in json.loads(result.stdout)] == [("a.png", "1"), ("c.png", "2 3")]
    assert result.exit_code == 1
    assert json.loads(run("b.png", "--format", "json").stdout) == []


def test_json_lines_are_one_an_image() -> None:
    lines = run("a.png", "b.png", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line)["image"] for line in lines] == ["a.png", "b.png"]


def test_csv_has_one_header(reader: type[FakeReader]) -> None:
    reader.readings["a.png"] = reading_of("1□")
    rows = list(csv.DictReader(io.StringIO(run("a.png", "b.png", "--format", "csv").stdout)))
    assert [(row["image"], row["value"]) for row in rows] == [
        *(("a.png", "1"), ("a.png", "")),
        *(("b.png", "1"), ("b.png", "2"), ("b.png", "3")),
    ]


def test_alto_of_several_images_needs_a_place() -> None:
    assert ET.fromstring(run("a.png", "--format", "alto").stdout.encode()).tag.endswith("}alto")
    with pytest.raises(InkdigitsError, match=r"^--format alto is a document for each image; add --output DIR"):
        run("a.png", "b.png", "--format", "alto")
    result = run("a.png", "b.png", "--format", "alto", "--output", "xml")
    assert (result.stdout, result.exit_code) == ("", 0)
    assert {path.name for path in Path("xml").iterdir()} == {"a.xml", "b.xml"}
    assert b"fileName>b.png<" in Path("xml/b.xml").read_bytes()


def test_files_of_the_same_name_have_each_their_own_output(reader: type[FakeReader]) -> None:
    reader.readings |= {"a/x.png": reading_of("1"), "b/X.jpg": reading_of("2"), "c/x-2.png": reading_of("3")}
    run("a/x.png", "b/X.jpg", "c/x-2.png", "--output", "out")
    assert {path.name: path.read_text() for path in Path("out").iterdir()} == {
        "x.txt": "1\n",
        "X-2.txt": "2\n",
        "x-2-2.txt": "3\n",
    }


def test_what_is_less_sure_is_a_question_mark(reader: type[FakeReader]) -> None:
    reader.readings["a.png"] = reading_of("1□", confidence=0.6)
    assert run("a.png", "--min-confidence", "0.61").stdout == "?□\n"
    assert run("a.png", "--min-confidence", "0.6").stdout == "1□\n"
    assert run("a.png", "--min-confidence", "60").exit_code == 2


def test_turn_and_constraint_reach_the_reader(reader: type[FakeReader]) -> None:
    run("a.png", "--turn", "270", "--digits", "5..8", "--pattern", "[0-9]+")
    (asked,) = reader.asked
    assert asked == {
        "source": Path("a.png"),
        "turn": 270,
        "constraint": Constraint((5, 8), "[0-9]+"),
        "name": "a.png",
    }
    run("a.png", "--digits", "6")
    assert reader.asked[-1]["constraint"] == Constraint((6, 6))
    run("a.png")
    assert reader.asked[-1] == {"source": Path("a.png"), "turn": None, "constraint": None, "name": "a.png"}
    assert run("a.png", "--turn", "45").exit_code == 2


@pytest.mark.parametrize("digits", ["8..5", "0", "-1", "5...8", "..8", "five", "٣", ""])
def test_digits_that_are_no_range_are_refused(digits: str) -> None:
    with pytest.raises(InkdigitsError, match="digits"):
        run("a.png", f"--digits={digits}")


def test_a_line_that_a_pattern_changed_is_told(reader: type[FakeReader]) -> None:
    first, second = reading_of("1", "1234").lines
    reader.readings["a.png"] = Reading((first, replace(second, changed=True)), (Page(9, 9),))
    result = run("a.png", "--digits", "4")
    assert result.stdout == "1\n1234\n"
    assert result.stderr == "inkdigits: a.png: line 2, 1234, is the likeliest reading that fits, not the likeliest\n"
    assert result.exit_code == 0


def test_a_line_that_fits_no_reading_and_marks_that_were_left_out_are_told(reader: type[FakeReader]) -> None:
    first, second = reading_of("1", "1234").lines
    reader.readings["a.png"] = Reading((replace(first, fits=False), second), (Page(9, 9, 0, 1500),))
    result = run("a.png", "--digits", "4")
    assert (result.stdout, result.exit_code) == ("1\n1234\n", 0)
    assert result.stderr.splitlines() == [
        "inkdigits: a.png: line 1, 1, does not fit; its likeliest reading is given",
        "inkdigits: a.png: 1,500 marks, the smallest, were not looked at; cut it into parts",
    ]


def test_an_empty_page_is_told_where_the_answer_does_not_show_it(reader: type[FakeReader]) -> None:
    reader.readings["a.png"] = Reading((), (Page(9, 9),))
    result = run("a.png")
    assert (result.stdout, result.exit_code) == ("", 0)
    assert result.stderr == "inkdigits: a.png: nothing is written on it that could be read\n"
    assert run("a.png", "--format", "jsonl").stderr == ""


def test_a_failing_image_is_one_line_and_the_rest_go_on(reader: type[FakeReader]) -> None:
    reader.readings["b.png"] = ImageError("b.png: damaged or cut short; save or send it again")
    reader.readings["c.png"] = IndexError("list index\nout of range")
    result = run("a.png", "b.png", "c.png", "d.png")
    assert result.stdout == "a.png:123\nd.png:123\n"
    assert result.stderr.splitlines() == [
        "inkdigits: b.png: damaged or cut short; save or send it again",
        "inkdigits: c.png: a defect of inkdigits (IndexError: list index); please report it with the image",
    ]
    assert result.exit_code == 1


def test_a_dash_is_the_standard_input(reader: type[FakeReader]) -> None:
    assert run("-", stdin=b"an image").stdout == "123\n"
    assert reader.asked == [{"source": b"an image", "turn": None, "constraint": None, "name": "standard input"}]


def test_a_closed_standard_input_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from inkdigits.cli.reading import images as read_images

    monkeypatch.setattr(read_images.sys, "stdin", None)
    with pytest.raises(ImageError, match=r"^standard input: is closed"):
        read_images.contents("-")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("two\nlines.png", r"two\nlines.png"),
        ("\x1b[31mred.png", r"\x1b[31mred.png"),
        ("[bold]:cat:[/bold].png", "[bold]:cat:[/bold].png"),
        (b"caf\xe9.png".decode(errors="surrogateescape"), "caf\ufffd.png"),
        ("x" * 200 + ".png", "x" * 200 + ".png"),
    ],
)
def test_hostile_names_are_shown_on_one_line(reader: type[FakeReader], name: str, shown: str) -> None:
    reader.readings[name] = replace(reading_of("5"), lines=(replace(reading_of("5").lines[0], changed=True),))
    reader.readings["b.png"] = ImageError(f"{name}: no such file; check the path")
    result = run(name, "b.png")
    assert result.stdout == f"{shown}:5\n"
    assert result.stderr.splitlines() == [
        f"inkdigits: {shown}: line 1, 5, is the likeliest reading that fits, not the likeliest",
        f"inkdigits: {shown}: no such file; check the path",
    ]


def test_hostile_names_are_whole_in_data(reader: type[FakeReader]) -> None:
    name = 'two\nlines, "quoted".png'
    assert json.loads(run(name, "--format", "jsonl").stdout)["image"] == name
    rows = csv.DictReader(io.StringIO(run(name, "--format", "csv").stdout, newline=""))
    assert {row["image"] for row in rows} == {name}


def test_pictures_are_written_for_each_page(reader: type[FakeReader]) -> None:
    pages = [Image.new("L", (60, 40), 255) for _ in range(2)]
    pages[0].save("scan.tiff", save_all=True, append_images=pages[1:])
    result = run("scan.tiff", "--annotate", "seen", "--explain", "steps", "--format", "json")
    assert sorted(path.name for path in Path("seen").iterdir()) == ["scan.annotated-2.png", "scan.annotated.png"]
    steps = ("1-ink", "2-cuts", "3-digits")
    expected = [f"scan.{step}{number}.png" for step in steps for number in ("-2", "")]
    assert sorted(path.name for path in Path("steps").iterdir()) == expected
    for path in (*Path("seen").iterdir(), *Path("steps").iterdir()):
        with Image.open(path) as image:
            image.load()
    (found,) = json.loads(result.stdout)
    assert [line["page"] for line in found["lines"]] == [0, 1]
    assert len(found["pages"]) == 2


def test_pictures_of_the_same_name_are_not_written_over() -> None:
    names = [
        picture("a/x.png"),
        picture("b/x.png"),
        picture("x" * 240 + ".png"),
        picture("y" * 180 + "é" * 30 + ".png"),
    ]
    assert run(*names, "--annotate", "seen").exit_code == 0
    written = sorted(path.name for path in Path("seen").iterdir())
    assert len(written) == 4
    assert written[:2] == ["x-2.annotated.png", "x.annotated.png"]


@pytest.mark.parametrize("option", ["--annotate", "--explain", "--output"])
def test_a_folder_that_cannot_be_written_to_is_told_before_anything_is_read(
    option: str, reader: type[FakeReader]
) -> None:
    Path("file").write_text("")
    with pytest.raises(InkdigitsError, match=f"^{option} file/sub: cannot be written to \\(Not a directory\\)"):
        run(picture("a.png"), option, "file/sub")
    assert reader.asked == []


@pytest.mark.parametrize(
    ("name", "option"),
    [("x.annotated.png", "--annotate"), ("x.annotated-2.png", "--annotate"), ("x.txt", "--output")],
)
def test_no_image_is_written_over(name: str, option: str, reader: type[FakeReader]) -> None:
    images = [picture("scans/x.png"), picture(f"scans/{name}")]
    with pytest.raises(InkdigitsError, match=f"^scans/{name}: is named as what {option} writes"):
        run(*images, option, "scans/../scans")
    assert run(*images, option, "elsewhere").exit_code == 0


def test_a_full_disk_ends_the_command(monkeypatch: pytest.MonkeyPatch, reader: type[FakeReader]) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(
        InkdigitsError, match=r"^seen/a\.annotated\.png: cannot be written \(No space left on device\)$"
    ):
        run(picture("a.png"), picture("b.png"), "--annotate", "seen")
    assert len(reader.asked) == 1
    assert list(Path("seen").iterdir()) == []


@pytest.mark.parametrize(
    "options",
    [
        ("--form", "f.toml", "--format", "csv"),
        ("--form", "f.toml", "--turn", "0"),
        ("--form", "f.toml", "--min-confidence", "0"),
        ("--form", "f.toml", "--resume", "r.jsonl"),
        ("--resume", "r.jsonl", "--output", "out"),
        ("--resume", "r.jsonl", "--format", "csv"),
    ],
)
def test_options_that_contradict_each_other_are_told(options: tuple[str, ...]) -> None:
    with pytest.raises(InkdigitsError, match=r"^--(form|resume) .*leave"):
        run("a.png", *options)
    assert list(Path().iterdir()) == []


def test_forms_are_read_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    module = ModuleType("inkdigits.cli.reading.form")
    module.read_forms = lambda form, images, reader: seen.append((form, images, type(reader)))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    picture("scans/a.png")
    run("scans", "b.png", "--form", "form.toml")
    assert seen == [(Path("form.toml"), ["scans/a.png", "b.png"], FakeReader)]


def test_a_bundle_that_is_none_is_told_once() -> None:
    with pytest.raises(InkdigitsError, match=r"^nowhere: no such folder$"):
        run(*["a.png"] * 40, "--bundle", "nowhere", "--output", "out")
    assert list(Path().iterdir()) == []


def test_help_shows_examples() -> None:
    assert "inkdigits read scans --resume readings.jsonl" in run("--help").stdout
