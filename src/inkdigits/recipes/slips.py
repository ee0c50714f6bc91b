"""Slips in a recipe, told in one line: fields of the wrong kind, functions that fail or return something else."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from numbers import Integral, Real
from typing import Any

import keras

from inkdigits.errors import InkdigitsError, RecipeError, lacks_memory

MADE: dict[str, type] = {
    "optimizer": keras.optimizers.Optimizer,
    "loss": keras.losses.Loss,
    "augment": keras.Layer,
    "adversarial": keras.Layer,
}
"""What these functions of a recipe return."""


def check_fields(told: str, thing: object, forms: dict[str, tuple[Callable[[Any], bool], str]]) -> None:
    """Raises `RecipeError` naming the first field of `thing` that is not as `forms`, by the fields' names, want it."""
    for names, (fits, words) in forms.items():
        for name in names.split():
            if not fits(getattr(thing, name)):
                raise RecipeError(f"{told}: {name} must be {words}")


@contextmanager
def slips_told(part: str, kinds: tuple[type[Exception], ...]) -> Iterator[None]:
    """While a user's code runs: what it raises, of these kinds, becomes one line that begins with `part`."""
    try:
        yield
    except InkdigitsError:
        raise
    except kinds as error:
        if lacks_memory(error):
            raise
        raise RecipeError(f"{part} fails: {first_line(error)}") from error


def first_line(error: Exception) -> str:
    """The kind of an error and the first line that says what it is."""
    # Keras begins with which layer it was, colours the rest and leaves lines empty.
    lines = re.sub(r"\x1b\[\d*m", "", str(error)).rpartition("Error encountered:\n")[2].strip().splitlines()
    said = [line for line in lines if line.strip() and not line.startswith("Exception encountered when calling")]
    return f"{type(error).__name__}: {(said or lines or [''])[0]}"


def is_text(value: object) -> bool:
    """Whether it is a string."""
    return isinstance(value, str)


def is_number(value: object) -> bool:
    """Whether it is a finite figure, NumPy's among them."""
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def is_switch(value: object) -> bool:
    """Whether it is True or False, Python's own."""
    return isinstance(value, bool)


def is_count(value: object) -> bool:
    """Whether it is a whole number from 1 on, NumPy's among them."""
    return isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= 1


def is_function(value: object) -> bool:
    """Whether it can be called to make a part; Keras' own layers and losses can be called, too, but are the part."""
    return callable(value) and not isinstance(value, keras.Layer | keras.losses.Loss)


def is_members(value: object) -> bool:
    """Whether it is a name and a number."""
    return isinstance(value, tuple | list) and len(value) == 2 and is_text(value[0]) and is_count(value[1])


def perhaps(fits: Callable[[object], bool]) -> Callable[[object], bool]:
    """None fits, too."""
    return lambda value: value is None or fits(value)
