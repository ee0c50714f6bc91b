"""Ink that is no digit: what a reader meets beside digits."""

from inkdigits.datasets.non_digits.kinds import KINDS, like_mnist, non_digits

__all__ = ["KINDS", "like_mnist", "non_digits"]
