"""What it costs to call a mark no digit: the less, the more of the number's other marks are none either."""

from __future__ import annotations

from dataclasses import replace

from inkdigits.reading.candidates import Candidate, Piece
from inkdigits.reading.lattice import Lattice, Segment, best_path

# Nats; a mark whose digits have a lower mean is none: alone, among sure digits, among what is surely none.
_ALONE, _IN_NUMBER, _IN_WORD = -0.6, -2.5, 2.5
_SLIM = 0.55  # heights; digits that touch are seldom narrower in the mean


def with_rejections(
    segments: list[Segment], chosen: list[Candidate], row: list[Piece], height: float
) -> tuple[Segment, ...]:
    """The segments of one number, in the order of their candidates; those that are whole marks may also be rejected."""
    marks = [piece for piece in row if piece.index == 0]
    priced = []
    for segment, candidate in zip(segments, chosen, strict=True):
        if candidate.whole:
            first = row[segment.start]
            room = max(1, int(candidate.mark.width / (_SLIM * height) + 0.25))
            segment = replace(segment, rejection=_price(segment, segments, first.split, _believed(first, marks), room))
        priced.append(segment)
    return tuple(priced)


def _price(mark: Segment, segments: list[Segment], split: float, believed: float, room: int) -> float:
    """What the likeliest digits within the mark would cost if each were `believed`; nats.

    No more of them count than have `room` in it, or every letter would be a row of ones. What the mark's look says
    against being `split` is no reason to believe in the digits, so it does not count.
    """
    within = [
        replace(part, start=part.start - mark.start, end=part.end - mark.start)
        for part in segments
        if mark.start <= part.start and part.end <= mark.end
    ]
    path = best_path(Lattice(mark.end - mark.start, tuple(within)))
    return sum(part.prior + believed for part, _ in path[:room]) - (split if len(path) > 1 else 0.0)


def _believed(mark: Piece, marks: list[Piece]) -> float:
    """The least mean log-probability at which the digits of a mark are believed, by the company it keeps."""
    others = [piece for piece in marks if piece is not mark]
    if not others:
        return _ALONE
    sure = sum(piece.sure for piece in others) / len(others)
    none = sum(piece.other for piece in others) / len(others)
    return _ALONE + (_IN_NUMBER - _ALONE) * sure + (_IN_WORD - _ALONE) * none
