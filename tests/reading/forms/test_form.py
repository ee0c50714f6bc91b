from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inkdigits.reading.constraint import Constraint
from inkdigits.reading.forms.form import Field, FieldBox, load_form
from inkdigits.reading.forms.form_table import FormError

EXAMPLE = Path(__file__).parents[3] / "docs" / "forms" / "form.toml"

PAGE = 'unit = "mm"\nwidth = 100\nheight = 60\n'
MARKS = """[marks]
size = 4
top_left = [5, 5]
top_right = [95, 5]
bottom_right = [95, 55]
bottom_left = [5, 55]
hollow = "bottom_left"
"""
FIELD = "[fields.total]\nbox = [20, 20, 40, 8]\n"


def load(tmp_path: Path, text: str):
    path = tmp_path / "form.toml"
    path.write_text(text, encoding="utf-8")
    return load_form(path)


def problem(tmp_path: Path, text: str) -> str:
    """The error's text without the path it begins with."""
    with pytest.raises(FormError) as raised:
        load(tmp_path, text)
    told = str(raised.value)
    assert told.startswith(f"{tmp_path / 'form.toml'}: ")
    assert "\n" not in told
    return told.removeprefix(f"{tmp_path / 'form.toml'}: ")


def test_the_example_says_what_its_file_says() -> None:
    form = load_form(EXAMPLE)
    assert (form.unit, form.width, form.height) == ("mm", 148, 105)
    assert [field.name for field in form.fields] == ["customer", "reading", "date", "persons"]
    assert form.fields[1] == Field("reading", FieldBox(46, 41, 42, 9), 6, Constraint(digits=(1, 6)))
    assert form.fields[3] == Field("persons", FieldBox(46, 75, 21, 9))
    assert form.marks is not None
    assert form.marks.hollow == 0
    assert form.template is not None
    assert form.template.shape == (827, 1165, 3)


def test_marks_are_taken_clockwise_from_the_upper_left(tmp_path: Path) -> None:
    marks = load(tmp_path, PAGE + MARKS + FIELD).marks
    assert marks.centres.tolist() == [[5, 5], [95, 5], [95, 55], [5, 55]]
    assert (marks.size, marks.hollow) == (4, 3)


@pytest.mark.parametrize(
    ("given", "constraint"),
    [
        ("", None),
        ("digits = 5\n", Constraint(digits=(5, 5))),
        ('digits = "5..8"\n', Constraint(digits=(5, 8))),
        ("pattern = '20\\d\\d'\n", Constraint(pattern=r"20\d\d")),
        ("digits = 4\npattern = '[1-3]+'\n", Constraint(digits=(4, 4), pattern="[1-3]+")),
    ],
)
def test_constraints(tmp_path: Path, given: str, constraint: Constraint | None) -> None:
    assert load(tmp_path, PAGE + MARKS + FIELD + given).fields[0].constraint == constraint


def test_a_template_lies_beside_the_form_and_makes_marks_needless(tmp_path: Path) -> None:
    Image.fromarray(np.full((120, 200), 250, np.uint8)).save(tmp_path / "blank.png")
    form = load(tmp_path, 'template = "blank.png"\n' + PAGE.replace("mm", "px") + FIELD)
    assert form.template.shape == (120, 200, 3)
    assert form.marks is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unit = 'mm'\nunit = 'px'\n", "not valid TOML: Cannot overwrite a value"),
        ("width = 100\nheight = 60\n" + MARKS + FIELD, 'unit is missing; give unit = "mm"'),
        (PAGE.replace("mm", "cm") + MARKS + FIELD, 'unit is \'cm\'; give one of "mm", "px"'),
        (PAGE.replace("60", "0") + MARKS + FIELD, "height is 0; give a number above 0, such as height = 148"),
        (PAGE.replace("100", "inf") + MARKS + FIELD, "width is inf; give a number above 0"),
        (PAGE.replace("100", "1" * 400) + MARKS + FIELD, f"width is {'1' * 57}...; give a number above 0"),
        (PAGE.replace("100", "nan") + MARKS + FIELD, "width is nan; give a number above 0"),
        (PAGE.replace("100", "true") + MARKS + FIELD, "width is True; give a number above 0"),
        (PAGE + FIELD, "nothing tells where the page lies; add a table [marks], or template ="),
        (PAGE + MARKS.replace('hollow = "bottom_left"\n', "") + FIELD, "[marks] look the same upside down; print one"),
        ("heigth = 3\n" + PAGE + MARKS + FIELD, 'unknown key "heigth"; did you mean "height"?'),
        ("colour = 'red'\n" + PAGE + MARKS + FIELD, 'unknown key "colour"; known are "fields", "height", "marks",'),
        ("marks = 4\n" + PAGE + FIELD, "marks is 4; make it a table: [marks]"),
        (PAGE + MARKS.replace("size = 4\n", "") + FIELD, "[marks]: size is missing; give a number above 0"),
        (PAGE + MARKS.replace("[95, 5]", "[95]") + FIELD, "[marks]: top_right is [95]; give top_right = [left, top]"),
        (PAGE + MARKS.replace("[5, 5]", "[1, 5]") + FIELD, "[marks]: top_left reaches past the page of 100 x 60; give"),
        (
            PAGE
            + MARKS.replace("top_left", "x").replace("top_right", "top_left").replace("x =", "top_right =")
            + FIELD,
            "[marks]: the marks must go clockwise round the page in the order top_left, top_right,",
        ),
        (
            PAGE + MARKS.replace('"bottom_left"', '"left"') + FIELD,
            "[marks]: hollow is 'left'; give one of \"top_left\",",
        ),
        (PAGE + MARKS.replace("hollow", "hole") + FIELD, '[marks]: unknown key "hole"; did you mean "hollow"?'),
        (PAGE + MARKS, "fields is missing; add a table [fields.NAME] for each"),
        (PAGE + "fields = 3\n" + MARKS, "fields is 3; add a table [fields.NAME] for each"),
        (PAGE + MARKS + "[fields]\ntotal = 3\n", "[fields] total is 3; make it a table: [fields.total]"),
        (PAGE + MARKS + "[fields.a]\n", "[fields.a]: box is missing; give box = [left, top, width, height] in numbers"),
        (PAGE + MARKS + FIELD.replace("40", "'40'"), "[fields.total]: box is [20, 20, '40', 8]; give box = [left,"),
        (
            PAGE + MARKS + FIELD.replace("40", "0"),
            "[fields.total]: box has no area; give [left, top, width, height] in mm",
        ),
        (PAGE + MARKS + FIELD.replace("40", "81"), "[fields.total]: box reaches past the page of 100 x 60 mm; correct"),
        (PAGE + MARKS + FIELD + "cells = 0\n", "[fields.total]: cells is 0; give a whole number from 1 to 100"),
        (PAGE + MARKS + FIELD + "cells = 2.5\n", "[fields.total]: cells is 2.5; give a whole number from 1 to 100"),
        (PAGE + MARKS + FIELD + "digit = 4\n", '[fields.total]: unknown key "digit"; did you mean "digits"?'),
        (PAGE + MARKS + FIELD + "digits = '4-6'\n", "[fields.total]: digits is '4-6'; give a number of digits, or"),
        (
            PAGE + MARKS + FIELD + "digits = '8..5'\n",
            "[fields.total]: digits 8..5: no number has so many; give 1 or more",
        ),
        (PAGE + MARKS + FIELD + "pattern = '('\n", "[fields.total]: pattern '(': not a regular expression: "),
        (PAGE + MARKS + FIELD + "pattern = ''\n", "[fields.total]: pattern is ''; give a text in quotes"),
    ],
)
def test_each_mistake_is_told_with_its_place_and_remedy(tmp_path: Path, text: str, expected: str) -> None:
    assert problem(tmp_path, text).startswith(expected)


def test_a_template_that_is_missing(tmp_path: Path) -> None:
    told = problem(tmp_path, 'template = "blank.png"\n' + PAGE + FIELD)
    assert told == f"template: {tmp_path / 'blank.png'}: no such file; check the path"


def test_a_template_of_another_shape_than_the_page(tmp_path: Path) -> None:
    Image.new("L", (200, 100)).save(tmp_path / "blank.png")
    told = problem(tmp_path, 'template = "blank.png"\n' + PAGE + FIELD)
    assert told.startswith('template "blank.png" is 200 x 100 pixels, which is no page of 100 x 60; crop it to')


def test_a_form_that_is_missing_and_one_that_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(FormError, match=r"nowhere\.toml: no such file; check the path of the form$"):
        load_form(tmp_path / "nowhere.toml")
    (tmp_path / "form.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(FormError, match=r"form\.toml: cannot be read \(not UTF-8 text\)"):
        load_form(tmp_path / "form.toml")
    with pytest.raises(FormError, match=r"form\.toml: not valid TOML: too many brackets"):
        load(tmp_path, "x = " + "[" * 3000)
    with pytest.raises(FormError, match=r"form\.toml: cannot be read \(Exceeds the limit"):
        load(tmp_path, "cells = " + "9" * 5000)
    assert problem(tmp_path, PAGE + MARKS + FIELD + f"cells = 0x{'f' * 5000}\n").startswith("[fields.total]: cells is ")
    with pytest.raises(FormError, match=r": cannot be read \(Is a directory\)"):
        load_form(tmp_path)
