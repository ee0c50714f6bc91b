"""A regular expression over digits as an automaton, so that a search can follow many readings through it at once."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from functools import reduce
from importlib import import_module
from operator import or_
from typing import Any, NamedTuple

from inkdigits.errors import InkdigitsError

# Python's own parser, so that a pattern means what it means to `re`.
_parser: Any = import_module("re._parser")
op: Any = import_module("re._constants")

MAX_LENGTH = 2000  # characters
MAX_STATES = 1000  # after writing out the repetitions: \d{3} has three

_DIGITS = range(10)
_BEGIN, _END = 10, 11  # anchors are read as symbols, which stand before and after the digits as often as one likes
_ALL_DIGITS = (1 << 10) - 1
_DIGIT_CATEGORIES = {op.CATEGORY_DIGIT, op.CATEGORY_WORD, op.CATEGORY_NOT_SPACE}
_ANCHORS = {
    op.AT_BEGINNING: 1 << _BEGIN,
    op.AT_BEGINNING_STRING: 1 << _BEGIN,
    op.AT_END: 1 << _END,
    op.AT_END_STRING: 1 << _END,
    op.AT_BOUNDARY: 1 << _BEGIN | 1 << _END,
}


class ConstraintError(InkdigitsError):
    """What a number is asked to fit cannot be meant: an impossible range, or a pattern that is no pattern of digits."""


class DigitPattern:
    """The automaton of a pattern that a number must match in full; its work on a number grows with the number's length.

    It is Glushkov's: a state is the set of places in the pattern where the match may stand, as the bits of an int, and
    0 means that no continuation matches. Written as for `re`, short of look-around, back-references, possessive and
    atomic groups. Raises `ConstraintError` for a pattern that is invalid, too large, or matches no digits at all.
    """

    def __init__(self, pattern: str) -> None:
        builder = _Builder()
        self._accepting = builder.build(_parsed(pattern), pattern)
        self._standing = builder.standing
        self._blocks = [_unions(builder.follow[place : place + 8]) for place in range(0, len(builder.follow), 8)]
        self.start = self._spread(1, 1 << _BEGIN)
        first_digits = reduce(or_, self.successors(self.start), 0)
        if not self.accepts(self._spread(first_digits, _ALL_DIGITS)):
            hint = "describe the digits alone, without spaces or signs"
            raise ConstraintError(f"pattern {_shown(pattern)}: no number matches it; {hint}")

    def successors(self, state: int) -> dict[int, list[int]]:
        """The states one digit further, each with the digits that lead to it."""
        following = self._following(state)
        found: dict[int, list[int]] = {}
        for digit in _DIGITS:
            after = following & self._standing[digit]
            if after:
                found.setdefault(after, []).append(digit)
        return found

    def accepts(self, state: int) -> bool:
        """Whether the digits that led to `state` match in full."""
        return bool(self._spread(state, 1 << _END) & self._accepting)

    def _following(self, state: int) -> int:
        following = 0
        for block, byte in zip(self._blocks, state.to_bytes(len(self._blocks), "little"), strict=True):
            following |= block[byte]
        return following

    def _spread(self, state: int, symbols: int) -> int:
        """`state` and all that is reached from it by any number of these symbols."""
        entered = reduce(or_, (self._standing[symbol] for symbol in _bits(symbols)))
        fresh = state
        while fresh:
            fresh = self._following(fresh) & entered & ~state
            state |= fresh
        return state


class _Part(NamedTuple):
    """A piece of the pattern: whether it matches nothing at all, and the places where a match may begin and end."""

    optional: bool
    first: int
    last: int


_NOTHING = _Part(True, 0, 0)


class _Builder:
    """Writes out a parsed pattern as places, 0 being the start, each with the places that may follow it."""

    def __init__(self) -> None:
        self.follow: list[int] = []
        self.standing = [0] * 12  # for each symbol the places that take it
        self._parts = 0

    def build(self, parsed: Any, pattern: str) -> int:
        """The places where a full match may end."""
        try:
            return self._join(self._place(0), self._sequence(parsed)).last
        except (_TooLarge, RecursionError):
            limit = f"too large when written out (at most {MAX_STATES} states)"
            raise ConstraintError(f"pattern {_shown(pattern)}: {limit}; repeat and nest less") from None
        except _UnknownPart as part:
            wish = "use digits, classes, groups, | and repetitions"
            raise ConstraintError(f"pattern {_shown(pattern)}: {part} is not supported; {wish}") from None

    def _sequence(self, items: Any) -> _Part:
        self._parts += 1
        if self._parts > 4 * MAX_STATES:
            raise _TooLarge
        whole = _NOTHING
        for code, argument in items:
            whole = self._join(whole, self._item(code, argument))
        return whole

    def _item(self, code: Any, argument: Any) -> _Part:
        if code in (op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN):
            return self._place(sum(1 << digit for digit in _DIGITS if _matches(code, argument, ord("0") + digit)))
        if code is op.AT and argument in _ANCHORS:
            return self._place(_ANCHORS[argument])
        if code is op.SUBPATTERN:
            return self._sequence(argument[-1])
        if code is op.BRANCH:
            return self._either([self._sequence(items) for items in argument[1]])
        if code in (op.MAX_REPEAT, op.MIN_REPEAT):
            return self._repeat(*argument)
        raise _UnknownPart(str(argument if code is op.AT else code).lower())

    def _place(self, symbols: int) -> _Part:
        place = len(self.follow)
        if place > MAX_STATES:
            raise _TooLarge
        self.follow.append(0)
        for symbol in _bits(symbols):
            self.standing[symbol] |= 1 << place
        return _Part(False, 1 << place, 1 << place)

    def _repeat(self, least: int, most: Any, items: Any) -> _Part:
        endless = most is op.MAXREPEAT
        copies = max(least, 1) if endless else int(most)
        whole = _NOTHING
        for copy in range(1, copies + 1):
            part = self._sequence(items)
            if endless and copy == copies:
                self._link(part.last, part.first)
            whole = self._join(whole, part._replace(optional=part.optional or copy > least))
        return whole

    def _either(self, parts: list[_Part]) -> _Part:
        whole = parts[0]
        for part in parts[1:]:
            whole = _Part(whole.optional or part.optional, whole.first | part.first, whole.last | part.last)
        return whole

    def _join(self, left: _Part, right: _Part) -> _Part:
        self._link(left.last, right.first)
        first = left.first | right.first if left.optional else left.first
        last = left.last | right.last if right.optional else right.last
        return _Part(left.optional and right.optional, first, last)

    def _link(self, places: int, following: int) -> None:
        for place in _bits(places):
            self.follow[place] |= following


class _TooLarge(Exception):
    pass


class _UnknownPart(Exception):
    pass


def _parsed(pattern: str) -> Any:
    if len(pattern) > MAX_LENGTH:
        raise ConstraintError(f"pattern {_shown(pattern)}: {len(pattern)} characters; use at most {MAX_LENGTH}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a later Python may read otherwise
            return _parser.parse(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        said = "nested too deeply" if isinstance(error, RecursionError) else error
        raise ConstraintError(f"pattern {_shown(pattern)}: not a regular expression: {said}") from None


def _matches(code: Any, argument: Any, character: int) -> bool:
    """Whether one character's item of a parsed pattern matches this character, which is a digit."""
    if code is op.ANY:
        return True
    if code is op.IN:
        negated = argument[0][0] is op.NEGATE
        return negated != any(_matches(item, value, character) for item, value in argument[negated:])
    if code is op.RANGE:
        return bool(argument[0] <= character <= argument[1])
    if code is op.CATEGORY:
        return argument in _DIGIT_CATEGORIES
    return bool((code is op.NOT_LITERAL) != (argument == character))


def _shown(pattern: str) -> str:
    return repr(pattern if len(pattern) <= 60 else pattern[:57] + "...")


def _unions(masks: list[int]) -> list[int]:
    """The union of every selection of these masks, by the selection's bits; a state is followed a byte at a time."""
    unions = [0]
    for mask in masks:
        unions += [union | mask for union in unions]
    return unions


def _bits(mask: int) -> Iterator[int]:
    """The places of the ones, lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
