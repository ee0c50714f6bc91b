"""Ink that is no digit, and digits badly cut: what a reader meets beside clean digits."""

from inkdigits.datasets.non_digits.kinds import KINDS, non_digits, tight_digits

__all__ = ["KINDS", "non_digits", "tight_digits"]
