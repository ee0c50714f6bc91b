import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
import typer
from PIL import Image, ImageDraw
from typer.testing import CliRunner, Result

from inkdigits.bundle import write_bundle
from inkdigits.cli.classify import classify
from inkdigits.datasets import load
from inkdigits.errors import BundleError, InkdigitsError
from inkdigits.ink import load_ink
from inkdigits.recognizer import Recognizer

BARS = Path(__file__).parents[1] / "inference" / "fixtures" / "tiny_bundle"

app = typer.Typer()
app.command()(classify)


def run(*arguments: str | Path, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], input=stdin, catch_exceptions=False)


@pytest.fixture
def bar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dark bar on white paper, which the tiny bundle reads as a 3: exp(6) / (exp(6) + 9) = 97.8 %."""
    monkeypatch.chdir(tmp_path)
    grey = np.full((28, 28), 255, np.uint8)
    grey[10:13, 6:8] = 0
    Image.fromarray(grey).save("bar.png")
    return Path("bar.png")


def test_text_tells_the_digit_and_what_else_it_may_be(bar: Path) -> None:
    result = run(bar, "--bundle", BARS)
    assert result.stdout == "bar.png: 3  97.8%  (then 0 0.2%, 1 0.2%)\n"
    assert result.exit_code == 0


def test_top_one_names_no_others(bar: Path) -> None:
    assert run(bar, "--bundle", BARS, "--top", "1").stdout == "bar.png: 3  97.8%\n"


def test_json_is_what_the_recognizer_says(bar: Path) -> None:
    result = run(bar, bar, "--bundle", BARS, "--format", "json", "--top", "2")
    probabilities = Recognizer(BARS).predict_proba(load_ink(bar))[0]
    expected = {
        "image": "bar.png",
        "digit": "3",
        "confidence": float(probabilities[3]),
        "alternatives": [{"digit": "0", "confidence": float(probabilities[0])}],
    }
    assert json.loads(result.stdout) == [expected, expected]


def test_labels_are_those_of_a_hugging_face_pipeline(bar: Path) -> None:
    probabilities = Recognizer(BARS).predict_proba(load_ink(bar))[0]
    expected = [{"label": "3", "score": float(probabilities[3])}, {"label": "0", "score": float(probabilities[0])}]
    options = ("--bundle", BARS, "--format", "labels", "--top", "2")
    assert json.loads(run(bar, *options).stdout) == expected
    several = run(bar, "nowhere.png", bar, *options)
    assert several.exit_code == 1
    assert json.loads(several.stdout) == [expected, [], expected]  # every list in its image's place


def test_labels_have_no_place_for_sets(bar: Path) -> None:
    with pytest.raises(InkdigitsError, match=r"^--format labels has no place for sets of digits: leave out --coverage"):
        run(bar, "--bundle", BARS, "--format", "labels", "--coverage", "0.9")


def test_csv_has_a_column_for_each_rank(bar: Path) -> None:
    bar.rename("a, b.png")
    result = run("a, b.png", "--bundle", BARS, "--format", "csv", "--top", "2")
    assert list(csv.reader(io.StringIO(result.stdout))) == [
        ["image", "digit", "confidence", "digit_2", "confidence_2"],
        ["a, b.png", "3", "0.978178", "0", "0.002425"],
    ]


def test_a_top_above_the_classes_names_all(bar: Path) -> None:
    row = json.loads(run(bar, "--bundle", BARS, "--format", "json", "--top", "99").stdout)[0]
    assert [row["digit"], *(a["digit"] for a in row["alternatives"])] == list("3012456789")


def test_a_dash_is_the_standard_input(bar: Path) -> None:
    result = run("-", "--bundle", BARS, "--top", "1", stdin=bar.read_bytes())
    assert result.stdout == "-: 3  97.8%\n"


def test_a_broken_standard_input_is_named(bar: Path) -> None:
    result = run("-", "--bundle", BARS, stdin=b"no image")
    assert result.exit_code == 1
    assert result.stderr.startswith("inkdigits: standard input: ")


@pytest.mark.parametrize(
    ("form", "expected"),
    [("text", "bar.png: 3  97.8%\n" * 2), ("csv", "image,digit,confidence\n" + "bar.png,3,0.978178\n" * 2)],
)
def test_a_failing_image_is_one_line_and_the_rest_go_on(bar: Path, form: str, expected: str) -> None:
    Path("[bold]torn.png").write_bytes(bar.read_bytes()[:60])
    result = run(bar, "[bold]torn.png", "nowhere.png", bar, "--bundle", BARS, "--format", form, "--top", "1")

    assert result.exit_code == 1
    assert result.stdout == expected
    torn, nowhere = result.stderr.splitlines()
    assert torn.startswith("inkdigits: [bold]torn.png: ")
    assert nowhere == "inkdigits: nowhere.png: no such file; check the path"


def test_json_stays_json_when_every_image_fails(bar: Path) -> None:
    result = run("nowhere.png", "--bundle", BARS, "--format", "json")
    assert json.loads(result.stdout) == []
    assert result.exit_code == 1


def test_a_long_file_name_is_not_wrapped(bar: Path) -> None:
    name = "x" * 200 + ".png"
    assert run(name, "--bundle", BARS).stderr == f"inkdigits: {name}: no such file; check the path\n"


def test_a_file_name_that_is_not_utf8(bar: Path) -> None:
    name = b"caf\xe9.png".decode(errors="surrogateescape")
    bar.rename(name)
    assert run(name, "--bundle", BARS, "--top", "1").stdout == "caf\ufffd.png: 3  97.8%\n"


def test_many_images_show_no_bar_when_no_terminal_sees_it(bar: Path) -> None:
    result = run(*[bar] * 30, "--bundle", BARS, "--top", "1")
    assert result.stdout == "bar.png: 3  97.8%\n" * 30
    assert result.stderr == ""


def test_a_blank_image_holds_nothing_to_recognise(bar: Path) -> None:
    Image.new("L", (50, 40), 255).save("blank.png")
    result = run("blank.png", bar, "--bundle", BARS, "--top", "1")
    assert (result.exit_code, result.stdout) == (1, "bar.png: 3  97.8%\n")
    assert result.stderr == "inkdigits: blank.png: there is no ink on this image; nothing to recognise\n"


def test_ink_that_is_no_digit_is_refused(bar: Path) -> None:
    curve = np.cumsum(np.random.default_rng(0).normal(0, 14, (400, 2)), axis=0)
    curve = (curve - curve.min(axis=0)) / np.ptp(curve, axis=0) * 180 + 10
    picture = Image.new("L", (200, 200), 255)
    ImageDraw.Draw(picture).line([tuple(point) for point in curve], width=3)
    picture.save("scribble.png")
    assert run("scribble.png").stdout.startswith("scribble.png: no digit  ")
    row = json.loads(run("scribble.png", "--format", "json", "--top", "2").stdout)[0]
    assert row["digit"] is None
    assert row["confidence"] > 0.5 > row["alternatives"][0]["confidence"]
    assert json.loads(run("scribble.png", "--format", "labels", "--top", "1").stdout)[0]["label"] == "no digit"


def test_several_digits_in_a_coloured_photograph_are_sent_to_read(bar: Path) -> None:
    digits = load("mnist", "train").images[:4]
    photo = np.full((60, 150, 3), (236, 226, 196), np.uint8)
    photo[16:44, 16:128][np.hstack(digits) > 100] = (30, 50, 160)
    Image.fromarray(photo).save("my photo.png")
    result = run("my photo.png", "--top", "1")
    assert (result.exit_code, result.stdout.partition("  ")[0]) == (0, "my photo.png: no digit")
    hint = "inkdigits: my photo.png: holds no single digit; if there are several: inkdigits read 'my photo.png'\n"
    assert result.stderr == hint
    twice = run("my photo.png", "my photo.png", "--format", "csv")
    assert twice.stderr == "inkdigits: 2 images hold no single digit; 'inkdigits read' finds several in one image\n"


def test_a_bundle_that_is_none_is_named(bar: Path) -> None:
    with pytest.raises(BundleError, match=r"^nowhere: no such folder"):
        run(bar, "--bundle", "nowhere")


def test_names_do_not_command_the_terminal(bar: Path) -> None:
    metadata = json.loads((BARS / "model.json").read_text())
    odd = [f"\x1b]0;x\x07\n{name}" for name in range(10)]
    write_bundle("odd", (BARS / "model.onnx").read_bytes(), metadata | {"classes": odd})
    assert run(bar, "--bundle", "odd").stdout.startswith(r"bar.png: \x1b]0;x\x07\n3  ")


def test_a_carriage_return_in_a_name_breaks_no_row(bar: Path) -> None:
    bar.rename("a\rb.png")
    (row,) = csv.DictReader(io.StringIO(run("a\rb.png", "--bundle", BARS, "--format", "csv").stdout, newline=""))
    assert row["image"] == "a\rb.png"


def test_a_bundle_of_three_classes(bar: Path) -> None:
    model = (BARS.parent / "three_classes" / "model.onnx").read_bytes()
    write_bundle("colours", model, {"classes": ["red", "green", "blue"]})
    assert run(bar, "--bundle", "colours").stdout == "bar.png: red  33.3%  (then green 33.3%, blue 33.3%)\n"


def test_help_shows_examples() -> None:
    assert "inkdigits classify scans/*.png --format csv > digits.csv" in run("--help").stdout


FIVE = Path(__file__).parents[2] / "docs" / "pictures" / "five.png"


def test_explained_images_are_drawn(tmp_path: Path) -> None:
    result = run(FIVE, FIVE, "nowhere.png", "--top", "1", "--explain", tmp_path / "why")
    assert result.exit_code == 1
    assert result.stdout.count(": 5  ") == 2
    assert [path.name for path in (tmp_path / "why").iterdir()] == ["five.explained.png"]
    with Image.open(tmp_path / "why" / "five.explained.png") as picture:
        drawn = np.asarray(picture.convert("RGB")).astype(int)
    orange = (drawn[..., 0] > drawn[..., 2] + 100).sum(axis=0)
    seen, mapped, neighbours = orange[24:248].sum(), orange[268:492].sum(), drawn[64:200, 512:].min()
    assert seen == 0 < mapped  # the map alone is in colour
    assert neighbours < 30  # dark ink


def test_without_training_images_the_map_is_drawn_alone(bar: Path) -> None:
    result = run(bar, "--bundle", BARS, "--explain", "why")
    assert result.exit_code == 0
    assert result.stderr == (
        "inkdigits: --explain: the images this bundle was trained on are not at hand; no nearest ones\n"
    )
    assert Path("why", "bar.explained.png").is_file()


def test_an_explanation_is_not_written_over_an_image(bar: Path) -> None:
    bar.rename("bar.explained.png")
    with pytest.raises(InkdigitsError, match=r"^bar.explained.png: is named as what --explain writes"):
        run("bar.explained.png", "--bundle", BARS, "--explain", ".")
