"""A filled-in form -> the values of its fields."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from inkdigits.errors import ImageError
from inkdigits.reading.constraint import Constraint, best_fitting
from inkdigits.reading.forms.cells import cell_pictures
from inkdigits.reading.forms.field_crops import FieldCrop, field_crop
from inkdigits.reading.forms.form import Field, Form
from inkdigits.reading.forms.registration import Registration
from inkdigits.reading.lattice import Lattice, Segment
from inkdigits.reading.result import Digit, Reading

_ONE_DIGIT = Constraint(digits=(1, 1))


class CropReader(Protocol):
    """What a form needs of a `Reader`."""

    def read(self, source: np.ndarray, *, turn: int | None, constraint: Constraint | None) -> Reading:
        """The numbers on a picture, uint8 (H, W, 3)."""


@dataclass(frozen=True)
class FieldValue:
    """What is written in a field: `text` as in `Line`, "" for nothing; in a field of cells, a space for empty ones.

    `confidence` is the probability that all its digits are right, 1 for nothing. `fits` tells whether it is one number
    that meets the field's constraint, or nothing; `changed` whether the likeliest reading would not have met it.
    """

    text: str
    confidence: float = 1.0
    fits: bool = True
    changed: bool = False


class FormReader:
    """Reads one form's pages; `reader` is a `Reader`, or reads as it does."""

    def __init__(self, form: Form, reader: CropReader) -> None:
        self.form = form
        self._reader = reader
        self._registration = Registration(form)

    def read(self, picture: np.ndarray, *, name: str) -> dict[str, FieldValue]:
        """The fields' values by name, in the form's order, from a page uint8 (H, W, 3) RGB, whichever way it lies.

        Raises in one line that begins with `name`: `RegistrationError` when the form is not found on the page,
        `ImageError` when a field of it is too large to read.
        """
        to_form = self._registration.find(picture, name)
        values = {}
        for field in self.form.fields:
            try:
                values[field.name] = self._value(field, field_crop(picture, to_form, self.form, field))
            except ImageError as error:
                raise ImageError(f"{name}: [fields.{field.name}]: {error}") from error
        return values

    def _value(self, field: Field, crop: FieldCrop) -> FieldValue:
        if field.cells > 1:
            return self._value_of_cells(field, crop)
        (picture,) = cell_pictures(crop, 1)
        reading = self._reader.read(_amid_paper(picture), turn=0, constraint=field.constraint)
        text = " ".join(line.text for line in reading.lines)
        changed = any(line.changed for line in reading.lines)
        return FieldValue(text, _confidence(reading.digits), _fits(field.constraint, text), changed)

    def _value_of_cells(self, field: Field, crop: FieldCrop) -> FieldValue:
        """Numbers are not told by gaps here: all cells make one."""
        likeliest = list(self._in_cells(field, crop))
        digits = _fitting([digit for _, digit in likeliest], field.constraint)
        text, last = "", None
        for (cell, _), digit in zip(likeliest, digits, strict=True):
            text += " " * (last is not None and cell > last + 1) + digit.character
            last = cell
        changed = any(now.value != before.value for now, (_, before) in zip(digits, likeliest, strict=True))
        return FieldValue(text, _confidence(digits), _fits(field.constraint, text), changed)

    def _in_cells(self, field: Field, crop: FieldCrop) -> Iterator[tuple[int, Digit]]:
        """The marks from left to right, each with its cell; a cell with several is read again as one digit."""
        cells = cell_pictures(crop, field.cells)
        marks: list[list[Digit]] = [[] for _ in cells]
        for digit in self._reader.read(_amid_paper(np.hstack(cells)), turn=0, constraint=None).digits:
            marks[int((_middle(digit) - len(cells[0])) // cells[0].shape[1])].append(digit)
        for cell, (picture, digits) in enumerate(zip(cells, marks, strict=True)):
            if len(digits) > 1:
                digits = list(self._reader.read(_amid_paper(picture), turn=0, constraint=_ONE_DIGIT).digits)
            if digits:
                yield cell, _likeliest(max(digits, key=_size))  # what is smaller is dirt beside it


def _amid_paper(picture: np.ndarray) -> np.ndarray:
    """The picture with its height of paper all around: alone, a digit would be as large as a page's frame."""
    return np.pad(picture, len(picture), constant_values=255)


def _middle(digit: Digit) -> float:
    return (digit.box.left + digit.box.right) / 2


def _size(digit: Digit) -> int:
    return (digit.box.right - digit.box.left) * (digit.box.bottom - digit.box.top)


def _confidence(digits: list[Digit] | tuple[Digit, ...]) -> float:
    return math.prod(digit.confidence for digit in digits)


def _fitting(digits: list[Digit], constraint: Constraint | None) -> list[Digit]:
    """The digits as the constraint would have them; as they are when nothing fits or a mark is no digit."""
    if constraint is None or not digits or any(digit.value is None for digit in digits):
        return digits
    path = best_fitting(Lattice(len(digits), tuple(map(_segment, range(len(digits)), digits))), constraint)
    if path is None:
        return digits
    return [_with_value(digit, str(value)) for digit, (_, value) in zip(digits, path, strict=True)]


def _likeliest(digit: Digit) -> Digit:
    """In a cell of its own a mark is a digit if that is likelier than not, however wide or small beside the others."""
    if digit.value is None and digit.confidence < 0.5:
        (value, probability), *others = digit.alternatives
        return Digit(value, probability, digit.box, tuple(others), digit.image)
    return digit


def _segment(index: int, digit: Digit) -> Segment:
    joint = dict([(digit.value, digit.confidence), *digit.alternatives])
    probabilities = np.array([joint.get(str(value), 0.0) for value in range(10)], np.float32)
    total = float(probabilities.sum())
    return Segment(index, index + 1, digit.box, digit.image, probabilities / max(total, 1e-9), total)


def _with_value(digit: Digit, value: str) -> Digit:
    """The mark read as another digit."""
    if value == digit.value or digit.value is None:
        return digit
    known = [(digit.value, digit.confidence), *digit.alternatives]
    others = sorted((pair for pair in known if pair[0] != value), key=lambda pair: -pair[1])
    return Digit(value, dict(known).get(value, 0.0), digit.box, tuple(others), digit.image)


def _fits(constraint: Constraint | None, number: str) -> bool:
    """Whether what is written is one number that meets the constraint; nothing does, as a field may be left empty."""
    if constraint is None or not number:
        return True
    if not (number.isascii() and number.isdecimal()):
        return False
    least, most = constraint.digits or (1, len(number))
    state = constraint.automaton.start
    for digit in map(int, number):
        state = next((after for after, digits in constraint.automaton.successors(state).items() if digit in digits), 0)
    return least <= len(number) <= most and constraint.automaton.accepts(state)
