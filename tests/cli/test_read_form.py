"""`inkdigits read --form`: rows with a reader that knows its answers, and the documented example with the true one."""

import contextlib
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import typer
from PIL import Image
from typer.testing import CliRunner, Result

from inkdigits import Reader
from inkdigits.cli.read import read
from inkdigits.cli.reading.form import read_forms
from inkdigits.errors import ImageError
from inkdigits.reading.forms.form_table import FormError
from inkdigits.reading.result import Box, Digit, Line, Page, Reading

DOCS = Path(__file__).parents[2] / "docs"
FORMS = DOCS / "forms"
HEADER = (
    "image,page,customer,reading,date,persons,"
    "customer_confidence,reading_confidence,date_confidence,persons_confidence,remarks"
)
EMPTY = ",,,,,,,,"


class OneReader:
    """Reads a 1 wherever there is ink, with 90 %."""

    def read(self, source: np.ndarray, **asked: object) -> Reading:
        rows, columns = np.nonzero(source < 128)
        if not len(rows):
            return Reading((), (Page(source.shape[1], source.shape[0]),))
        box = Box(int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
        others = tuple((str(value), 0.1 / 9) for value in range(10) if value != 1)
        digit = Digit("1", 0.9, box, others, np.zeros((28, 28), np.uint8))
        return Reading((Line("1", (digit,), box),), (Page(source.shape[1], source.shape[0]),))


@pytest.fixture
def blank() -> np.ndarray:
    return np.array(Image.open(FORMS / "blank.png").convert("L"))


@pytest.fixture
def in_tmp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*images: str | Path, form: Path = FORMS / "form.toml", stdin: bytes = b"") -> Result:
    app = typer.Typer()

    @app.command()
    def command(images: list[str]) -> None:
        read_forms(form, images, OneReader())

    return CliRunner().invoke(app, [str(image) for image in images], input=stdin, catch_exceptions=False)


def with_ink(page: np.ndarray) -> np.ndarray:
    """A stroke in the first cell of the reading, which starts at 46, 41 mm, at 200 dots an inch."""
    page = page.copy()
    page[340:380, 385:391] = 0
    return page


def test_a_row_for_each_page_of_each_image(in_tmp: Path, blank: np.ndarray) -> None:
    pages = [Image.fromarray(page) for page in (blank, with_ink(blank))]
    pages[0].save("two.tif", save_all=True, append_images=pages[1:])
    pages[1].save("a, b.png")
    result = run("two.tif", "a, b.png")
    assert result.stdout.splitlines() == [
        HEADER,
        f"two.tif,0{EMPTY},",
        "two.tif,1,,1,,,,0.900000,,,",
        '"a, b.png",0,,1,,,,0.900000,,,',
    ]
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_field_that_does_not_fit_is_remarked(in_tmp: Path, blank: np.ndarray) -> None:
    page = blank.copy()
    page[474:512, 385:391] = 0  # the date's first cell
    Image.fromarray(page).save("date.png")
    row = run("date.png").stdout.splitlines()[1]
    assert row == "date.png,0,,,1,,,,0.900000,,date does not fit"


def test_a_field_changed_to_fit_is_remarked(in_tmp: Path, blank: np.ndarray) -> None:
    text = (FORMS / "form.toml").read_text().replace('digits = "1..6"', "pattern = '7'")
    Path("form.toml").write_text(text.replace("blank.png", str(FORMS / "blank.png")))
    Image.fromarray(with_ink(blank)).save("page.png")
    row = run("page.png", form=Path("form.toml")).stdout.splitlines()[1]
    assert row == f"page.png,0,,7,,,,{0.1 / 9:.6f},,,reading changed to fit"


def test_what_fails_is_one_line_each_and_the_rest_go_on(in_tmp: Path, blank: np.ndarray) -> None:
    other = Image.new("L", (400, 300), 255)
    Image.fromarray(blank).save("mixed.tif", save_all=True, append_images=[other, Image.fromarray(blank)])
    Path("[red]torn.png").write_bytes((FORMS / "blank.png").read_bytes()[:900])
    result = run("nowhere.png", "mixed.tif", "[red]torn.png", FORMS / "blank.png")
    assert result.exit_code == 1
    rows = [line.rpartition("/")[2] for line in result.stdout.splitlines()[1:]]
    assert rows == [f"mixed.tif,0{EMPTY},", f"mixed.tif,2{EMPTY},", f"blank.png,0{EMPTY},"]
    nowhere, mixed, torn = result.stderr.splitlines()
    assert nowhere == "inkdigits: nowhere.png: no such file; check the path"
    assert mixed.startswith("inkdigits: mixed.tif: page 1: the form's four corner marks are not found on this page; ")
    assert torn.startswith("inkdigits: [red]torn.png: damaged or cut short")


def test_a_dash_is_the_standard_input(in_tmp: Path) -> None:
    assert run("-", stdin=(FORMS / "blank.png").read_bytes()).stdout.splitlines()[1] == f"-,0{EMPTY},"
    failed = run("-", stdin=b"no image")
    assert (failed.exit_code, failed.stdout) == (1, HEADER + "\n")
    assert failed.stderr.startswith("inkdigits: standard input: not an image")


def test_a_file_name_that_is_not_utf8(in_tmp: Path) -> None:
    name = b"caf\xe9.png".decode(errors="surrogateescape")
    Path(name).write_bytes((FORMS / "blank.png").read_bytes())
    assert run(name).stdout.splitlines()[1] == f"caf\ufffd.png,0{EMPTY},"


def test_a_form_at_fault_stops_before_the_first_row(in_tmp: Path) -> None:
    with pytest.raises(FormError, match=r"^nowhere\.toml: no such file"):
        run("page.png", form=Path("nowhere.toml"))


@pytest.mark.parametrize("name", ["image", "page", "remarks", "customer_confidence"])
def test_a_field_named_as_another_column_is_refused(in_tmp: Path, name: str) -> None:
    text = (FORMS / "form.toml").read_text().replace("[fields.persons]", f"[fields.{name}]")
    Path("form.toml").write_text(text.replace("blank.png", str(FORMS / "blank.png")))
    with pytest.raises(FormError, match=rf"^form\.toml: \[fields\.{name}\] has the name of another column; rename"):
        run(FORMS / "blank.png", form=Path("form.toml"))


def test_the_documented_example_gives_the_documented_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FORMS)
    app = typer.Typer()
    app.command()(read)
    result = CliRunner().invoke(app, ["--form", "form.toml", "filled.jpg"], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    (row,) = csv.DictReader(io.StringIO(result.stdout))
    assert [row[name] for name in ("customer", "reading", "date", "persons")] == ["30716942", "48205", "21112026", "13"]

    committed = (FORMS / "rows.csv").read_text()
    (expected,) = csv.DictReader(io.StringIO(committed))
    assert list(row) == list(expected)
    for column, value in expected.items():
        if column.endswith("_confidence"):
            assert float(row[column]) == pytest.approx(float(value), abs=0.02), "write docs/forms/rows.csv anew"
        else:
            assert row[column] == value


def test_the_documents_show_the_example_as_it_is() -> None:
    text = (DOCS / "forms.md").read_text()
    assert f"```text\n{(FORMS / 'rows.csv').read_text()}```" in text
    assert f"```toml\n{(FORMS / 'form.toml').read_text()}```" in text


def test_the_python_of_the_documents_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(DOCS.parent)
    code = (DOCS / "forms.md").read_text().partition("```python\n")[2].partition("```")[0]
    exec(compile(code, "forms.md", "exec"), {})
    assert [line.split()[:2] for line in capsys.readouterr().out.splitlines()] == [
        ["customer", "30716942"],
        ["reading", "48205"],
        ["date", "21112026"],
        ["persons", "13"],
    ]


def test_an_empty_form_read_with_the_true_reader_is_empty() -> None:
    from inkdigits.pictures import open_pages
    from inkdigits.reading.forms.form import load_form
    from inkdigits.reading.forms.form_reading import FormReader

    forms = FormReader(load_form(FORMS / "form.toml"), Reader(threads=1))
    values = forms.read(next(open_pages(FORMS / "blank.png")), name="blank.png")
    assert [value.text for value in values.values()] == ["", "", "", ""]


@pytest.mark.parametrize("template", [False, True])
def test_a_line_of_pixels_is_no_page_and_the_others_go_on(in_tmp: Path, template: bool) -> None:
    text = (FORMS / "form.toml").read_text().replace("blank.png", str(FORMS / "blank.png"))
    form = Path("form.toml")
    form.write_text(re.sub(r"(?s)\[marks\].*?(?=\n\[)", "", text) if template else text)
    Image.new("L", (2, 9000), 255).save("thin.png")
    result = run("thin.png", FORMS / "blank.png", form=form)
    assert [line.rpartition("/")[2] for line in result.stdout.splitlines()[1:]] == [f"blank.png,0{EMPTY},"]
    assert re.fullmatch(r"inkdigits: thin\.png: the form.*\n", result.stderr)


def test_a_field_that_grows_too_large_is_named(in_tmp: Path) -> None:
    class Refusing:
        def read(self, source: np.ndarray, **asked: object) -> Reading:
            raise ImageError("array: is more than 100 megapixels; scale the image down first")

    with pytest.raises(typer.Exit), contextlib.redirect_stderr(io.StringIO()) as told:
        read_forms(FORMS / "form.toml", [str(FORMS / "filled.jpg")], Refusing())
    assert "filled.jpg: [fields.customer]: array: is more than 100 megapixels" in told.getvalue()


def test_a_carriage_return_in_a_name_breaks_no_row(in_tmp: Path) -> None:
    Path("a\rb.png").write_bytes((FORMS / "blank.png").read_bytes())
    (row,) = csv.DictReader(io.StringIO(run("a\rb.png").stdout, newline=""))
    assert row["image"] == "a\rb.png"
