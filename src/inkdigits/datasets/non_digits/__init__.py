"""Ink that is no digit, drawn by chance: what a reader meets beside digits and must not take for one."""

from inkdigits.datasets.non_digits.kinds import KINDS, non_digits

__all__ = ["KINDS", "non_digits"]
