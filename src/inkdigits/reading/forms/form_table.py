"""A table of a form's TOML file, every mistake in it told in one line: the file, the place, the remedy."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import Any

from inkdigits.errors import InkdigitsError

_LARGEST = 1e9  # no form has longer sides in any unit; shuts out infinities and what is no number


class FormError(InkdigitsError):
    """A form's description or its template picture is missing, damaged, or contradicts itself."""


class FormTable:
    """Takes the values out of one table; `where` names it in errors. All methods raise `FormError`."""

    def __init__(self, content: dict[str, Any], where: str) -> None:
        self._content = content
        self._where = where
        self._asked: set[str] = set()

    def error(self, problem: str) -> FormError:
        """The mistake as an error to raise."""
        return FormError(f"{self._where}: {problem}")

    def get(self, key: str) -> Any:
        """The value as TOML has it, None where it is missing."""
        self._asked.add(key)
        return self._content.get(key)

    def positive(self, key: str) -> float:
        """A number above 0."""
        value = self.get(key)
        if not _is_number(value) or value <= 0:
            raise self.error(f"{self._found(key, value)}; give a number above 0, such as {key} = 148")
        return float(value)

    def count(self, key: str, default: int, most: int) -> int:
        """A whole number from 1 to `most`."""
        value = self.get(key)
        if value is None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
            raise self.error(f"{self._found(key, value)}; give a whole number from 1 to {most}")
        return value

    def numbers(self, key: str, names: Sequence[str]) -> tuple[float, ...]:
        """An array of as many numbers as there are names."""
        value = self.get(key)
        if not isinstance(value, list) or len(value) != len(names) or not all(map(_is_number, value)):
            raise self.error(f"{self._found(key, value)}; give {key} = [{', '.join(names)}] in numbers")
        return tuple(float(number) for number in value)

    def text(self, key: str) -> str | None:
        """A text that is not empty, or None where it is missing."""
        value = self.get(key)
        if value is not None and (not isinstance(value, str) or not value):
            raise self.error(f"{self._found(key, value)}; give a text in quotes")
        return value

    def choice(self, key: str, choices: Sequence[str]) -> str | None:
        """One of the choices, or None where it is missing."""
        value = self.get(key)
        if value is not None and value not in choices:
            raise self.error(f"{self._found(key, value)}; give one of {_quoted(choices)}")
        return value

    def table(self, key: str) -> FormTable | None:
        """The table [key], or None where it is missing."""
        value = self.get(key)
        if value is not None and not isinstance(value, dict):
            raise self.error(f"{self._found(key, value)}; make it a table: [{key}]")
        return None if value is None else FormTable(value, f"{self._where}: [{key}]")

    def tables(self, key: str) -> Iterator[tuple[str, FormTable]]:
        """The names and tables of all [key.NAME], in the order of the file."""
        value = self.get(key)
        if not isinstance(value, dict) or not value:
            raise self.error(f"{self._found(key, value)}; add a table [{key}.NAME] for each")
        for name, content in value.items():
            if not isinstance(content, dict):
                raise self.error(f"[{key}] {self._found(name, content)}; make it a table: [{key}.{name}]")
            yield name, FormTable(content, f"{self._where}: [{key}.{name}]")

    def close(self) -> None:
        """Raises when there is a key that nobody asked for."""
        for key in self._content:
            if key not in self._asked:
                close = difflib.get_close_matches(key, self._asked, 1)
                remedy = f'did you mean "{close[0]}"?' if close else f"known are {_quoted(sorted(self._asked))}"
                raise self.error(f'unknown key "{key}"; {remedy}')

    @staticmethod
    def _found(key: str, value: object) -> str:
        try:
            shown = repr(value)
        except ValueError:  # a whole number of thousands of digits
            shown = "out of range"
        return f"{key} is missing" if value is None else f"{key} is {shown if len(shown) <= 60 else shown[:57] + '...'}"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -_LARGEST < value < _LARGEST


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
