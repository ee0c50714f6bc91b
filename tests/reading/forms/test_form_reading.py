"""Forms read by a reader of bars: one `5 * v` dots high is the digit v, with 70 %, or else v + 1, with 20 %."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from inkdigits.reading.constraint import Constraint
from inkdigits.reading.forms.form import Form, load_form
from inkdigits.reading.forms.form_reading import FieldValue, FormReader
from inkdigits.reading.forms.registration import RegistrationError
from inkdigits.reading.result import Box, Digit, Line, Page, Reading

EXAMPLE = load_form(Path(__file__).parents[3] / "docs" / "forms" / "form.toml")
DOTS = EXAMPLE.template.shape[1] / EXAMPLE.width  # a millimetre
NO_IMAGE = np.zeros((28, 28), np.uint8)


class BarReader:
    """Bars wider than 12 dots are no digits, with the probability `doubt`; `asked` keeps the constraints."""

    def __init__(self, doubt: float = 0.9) -> None:
        self.doubt = doubt
        self.asked: list[Constraint | None] = []

    def read(self, source: np.ndarray, *, turn: int | None, constraint: Constraint | None) -> Reading:
        assert turn == 0
        self.asked.append(constraint)
        _, _, stats, _ = cv2.connectedComponentsWithStats((source < 128).astype(np.uint8))
        digits = tuple(self._digit(*stat[:4].tolist()) for stat in sorted(stats[1:], key=lambda stat: stat[0]))
        page = Page(source.shape[1], source.shape[0])
        text = "".join(digit.character for digit in digits)
        lines = (Line(text, digits, Box(0, 0, page.width, page.height)),) if digits else ()
        return Reading(lines, (page,))

    def _digit(self, left: int, top: int, width: int, height: int) -> Digit:
        value, box = round(height / 5), Box(left, top, left + width, top + height)
        shares = dict.fromkeys(map(str, range(10)), 0.1 / 8) | {str(value): 0.7, str((value + 1) % 10): 0.2}
        if width > 12:
            others = {digit: share * (1 - self.doubt) for digit, share in shares.items()}
            return Digit(None, self.doubt, box, tuple(sorted(others.items(), key=lambda pair: -pair[1])), NO_IMAGE)
        confidence = shares.pop(str(value))
        return Digit(str(value), confidence, box, tuple(sorted(shares.items(), key=lambda pair: -pair[1])), NO_IMAGE)


def page_with(field: str, *bars: tuple[float, int] | tuple[float, int, int]) -> np.ndarray:
    """The blank page, in the field bars at so many millimetres from its left, of a value and a width in dots."""
    page = EXAMPLE.template.copy()
    box = next(f.box for f in EXAMPLE.fields if f.name == field)
    for at, value, *width in bars:
        left, top = round((box.left + at) * DOTS), round((box.top + box.height / 2) * DOTS - 2.5 * value)
        page[top : top + 5 * value, left : left + (width or [6])[0]] = 0
    return page


def read(page: np.ndarray, field: str, reader: BarReader | None = None, form: Form = EXAMPLE) -> FieldValue:
    return FormReader(form, reader or BarReader()).read(page, name="page")[field]


def constrained(field: str, constraint: Constraint | None) -> Form:
    fields = (replace(f, constraint=constraint) if f.name == field else f for f in EXAMPLE.fields)
    return replace(EXAMPLE, fields=tuple(fields))


def test_an_empty_form_has_empty_values() -> None:
    values = FormReader(EXAMPLE, BarReader()).read(EXAMPLE.template, name="page")
    assert values == dict.fromkeys(["customer", "reading", "date", "persons"], FieldValue(""))


def test_cells_make_one_number_with_the_probability_that_all_of_it_is_right() -> None:
    value = read(page_with("reading", (10, 4), (17, 8), (24, 2), (31, 5), (38, 9)), "reading")
    assert value.text == "48259"
    assert value.confidence == pytest.approx(0.7**5)
    assert (value.fits, value.changed) == (True, False)


def test_an_empty_cell_between_digits_is_a_space_and_does_not_fit() -> None:
    value = read(page_with("reading", (10, 4), (24, 2)), "reading")
    assert (value.text, value.fits) == ("4 2", False)
    assert read(page_with("reading", (10, 4), (24, 2)), "reading", form=constrained("reading", None)).fits


def test_the_likeliest_number_that_fits_is_taken_and_told() -> None:
    """3 4 becomes 4 4 (0.2 * 0.7) rather than 3 5 (0.7 * 0.0125 for the 3 as a 5), and its confidence is its own."""
    page = page_with("reading", (10, 3), (17, 4))
    value = read(page, "reading", form=constrained("reading", Constraint(pattern="44|55")))
    assert (value.text, value.changed, value.fits) == ("44", True, True)
    assert value.confidence == pytest.approx(0.2 * 0.7)


def test_where_nothing_fits_the_likeliest_stays_and_that_is_told() -> None:
    value = read(page_with("reading", (10, 3), (17, 4)), "reading", form=constrained("reading", Constraint((5, 6))))
    assert (value.text, value.changed, value.fits) == ("34", False, False)


def test_a_mark_that_is_no_digit_is_never_made_to_fit() -> None:
    value = read(page_with("reading", (10, 3), (17, 4, 20)), "reading", form=constrained("reading", Constraint((2, 2))))
    assert (value.text, value.fits) == ("3□", False)
    assert value.confidence == pytest.approx(0.7 * 0.9)


def test_a_mark_in_a_cell_is_a_digit_if_that_is_likelier_than_not() -> None:
    value = read(page_with("reading", (10, 3), (17, 4, 20)), "reading", BarReader(doubt=0.4))
    assert value.text == "34"
    assert value.confidence == pytest.approx(0.7 * 0.7 * 0.6)


def test_a_cell_with_several_marks_is_read_again_as_one_digit() -> None:
    reader = BarReader()
    value = read(page_with("reading", (8.5, 2), (10, 6), (17, 4)), "reading", reader)
    assert value.text == "64"  # the larger of the two
    assert reader.asked.count(Constraint(digits=(1, 1))) == 1


def test_a_plain_box_is_read_as_a_line_with_its_constraint() -> None:
    reader = BarReader()
    constraint = Constraint(digits=(1, 3))
    value = read(page_with("persons", (8, 3), (12, 4)), "persons", reader, constrained("persons", constraint))
    assert value == FieldValue("34", pytest.approx(0.49))
    assert reader.asked.count(constraint) == 1


def test_a_plain_box_that_does_not_fit_is_told() -> None:
    page = page_with("persons", (4, 3), (8, 4), (12, 4))
    assert not read(page, "persons", form=constrained("persons", Constraint(digits=(1, 2)))).fits
    assert read(page, "persons", form=constrained("persons", Constraint(pattern="3[3-5]+"))).fits


def test_a_page_of_another_kind_is_refused() -> None:
    with pytest.raises(RegistrationError, match=r"^page: "):
        FormReader(EXAMPLE, BarReader()).read(np.full((400, 600, 3), 255, np.uint8), name="page")
