"""A printed form, described in TOML: its page, its corner marks or template picture, and the boxes of its fields."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from inkdigits.errors import ImageError
from inkdigits.pictures import open_pages
from inkdigits.reading.constraint import Constraint, ConstraintError
from inkdigits.reading.forms.form_table import FormError, FormTable

CORNERS = ("top_left", "top_right", "bottom_right", "bottom_left")
"""The corner marks' names in the order of all arrays of marks: clockwise on the upright page."""

_UNITS = ("mm", "px")
_MOST_CELLS = 100
_SKEWED = 1.02  # a template picture whose sides are in another proportion than the page's


class FieldBox(NamedTuple):
    """A field's place on the page, in the form's unit, from the page's upper left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Field:
    """A place where a number is written. `cells` counts its printed compartments, one a digit; 1 is a plain box."""

    name: str
    box: FieldBox
    cells: int = 1
    constraint: Constraint | None = None


@dataclass(frozen=True, eq=False)
class Marks:
    """Four printed squares. `centres` float64 (4, 2) in the form's unit, in the order of `CORNERS`; `size` their side.

    `hollow` is the index of the one printed as an open frame, which tells how the page lies; None when all are solid.
    """

    centres: np.ndarray
    size: float
    hollow: int | None = None


@dataclass(frozen=True)
class Form:
    """A form's page of `width` x `height` in `unit` ("mm" or "px") and what is on it.

    `template` is the picture of the blank form, uint8 (H, W, 3), the whole page to its edges; of `marks` and
    `template` at least one is there.
    """

    unit: str
    width: float
    height: float
    fields: tuple[Field, ...]
    marks: Marks | None = field(default=None, compare=False)
    template: np.ndarray | None = field(default=None, compare=False, repr=False)


def load_form(path: str | Path) -> Form:
    """Reads a form's description; a template picture is looked for beside it. Raises `FormError` in one line."""
    path = Path(path)
    table = FormTable(_content(path), str(path))
    unit = table.choice("unit", _UNITS)
    if unit is None:
        raise table.error('unit is missing; give unit = "mm", or "px" for pixels of a template picture')
    width, height = table.positive("width"), table.positive("height")
    template = _template(path, table, width, height)
    marks_table = table.table("marks")
    marks = None if marks_table is None else _marks(marks_table, width, height)
    if marks is None and template is None:
        raise table.error('nothing tells where the page lies; add a table [marks], or template = "blank.png"')
    if marks is not None and marks.hollow is None and template is None:
        raise table.error('[marks] look the same upside down; print one as an open frame: hollow = "top_left"')
    fields = tuple(_fields(table, unit, width, height))
    table.close()
    return Form(unit, width, height, fields, marks, template)


def _content(path: Path) -> dict:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise FormError(f"{path}: no such file; check the path of the form") from error
    except tomllib.TOMLDecodeError as error:
        raise FormError(f"{path}: not valid TOML: {error}; correct that line") from error
    except RecursionError as error:
        raise FormError(f"{path}: not valid TOML: too many brackets within brackets") from error
    except UnicodeDecodeError as error:
        raise FormError(f"{path}: cannot be read (not UTF-8 text); give the form's TOML file") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FormError(f"{path}: cannot be read ({reason}); give the form's TOML file") from error


def _template(path: Path, table: FormTable, width: float, height: float) -> np.ndarray | None:
    name = table.text("template")
    if name is None:
        return None
    try:
        picture = next(iter(open_pages(path.parent / name)))
    except ImageError as error:
        raise table.error(f"template: {error}") from error
    rows, columns = picture.shape[:2]
    stretch = (columns / rows) / (width / height)
    if not 1 / _SKEWED < stretch < _SKEWED:
        raise table.error(
            f'template "{name}" is {columns} x {rows} pixels, which is no page of {width:g} x {height:g}; '
            "crop it to the page's edges or correct width and height"
        )
    return picture


def _marks(table: FormTable, width: float, height: float) -> Marks:
    size = table.positive("size")
    centres = np.array([table.numbers(corner, ("left", "top")) for corner in CORNERS])
    for corner, centre in zip(CORNERS, centres, strict=True):
        if (centre < size / 2).any() or (centre > np.array([width, height]) - size / 2).any():
            raise table.error(f"{corner} reaches past the page of {width:g} x {height:g}; give the centre of the mark")
    if not runs_clockwise(centres):
        raise table.error(f"the marks must go clockwise round the page in the order {', '.join(CORNERS)}; swap them")
    hollow = table.choice("hollow", CORNERS)
    table.close()
    return Marks(centres, size, None if hollow is None else CORNERS.index(hollow))


def runs_clockwise(corners: np.ndarray) -> bool:
    """Whether four points, y downwards, are a convex quadrilateral run through clockwise."""
    sides = np.roll(corners, -1, axis=0) - corners
    following = np.roll(sides, -1, axis=0)
    return bool((sides[:, 0] * following[:, 1] - sides[:, 1] * following[:, 0] > 0).all())


def _fields(table: FormTable, unit: str, width: float, height: float) -> Iterator[Field]:
    for name, entry in table.tables("fields"):
        box = FieldBox(*entry.numbers("box", FieldBox._fields))
        if min(box.width, box.height) <= 0:
            raise entry.error(f"box has no area; give [left, top, width, height] in {unit}")
        if min(box.left, box.top) < 0 or box.left + box.width > width or box.top + box.height > height:
            raise entry.error(f"box reaches past the page of {width:g} x {height:g} {unit}; correct its four numbers")
        cells = entry.count("cells", default=1, most=_MOST_CELLS)
        constraint = _constraint(entry)
        entry.close()
        yield Field(name, box, cells, constraint)


def _constraint(table: FormTable) -> Constraint | None:
    """What the field's number must fit; None when anything goes."""
    digits, pattern = _digits(table), table.text("pattern")
    if digits is None and pattern is None:
        return None
    try:
        return Constraint(digits, pattern)
    except ConstraintError as error:
        raise table.error(str(error)) from error


def _digits(table: FormTable) -> tuple[int, int] | None:
    """`digits = 6`, or `digits = "5..8"` for the least and the most."""
    value = table.get("digits")
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return value, value
    numbers = re.fullmatch(r"(\d{1,6})\.\.(\d{1,6})", value) if isinstance(value, str) else None
    if numbers is None:
        raise table.error(f'digits is {value!r}; give a number of digits, or the least and the most: digits = "5..8"')
    return int(numbers[1]), int(numbers[2])
