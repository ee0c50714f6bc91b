"""Splits into train, validation and test: named, seeded, and stratified by class."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from inkdigits.datasets.digit_images import DigitImages
from inkdigits.datasets.loading import has_official_test, load
from inkdigits.errors import DatasetError

PROTOCOLS = ("standard", "pooled-15")

_VALIDATION = Fraction(1, 12)  # 5,000 of MNIST's 60,000
_TEST = Fraction(1, 7)  # 10,000 of MNIST's 70,000


@dataclass(frozen=True)
class Split:
    """Three parts without a common image; choices see `train` and `validation`, and `test` is scored once."""

    train: DigitImages
    validation: DigitImages
    test: DigitImages


def split(spec: str, protocol: str = "standard", *, seed: int = 0, skip_bad: bool = False) -> Split:
    """Loads and splits a set. The same seed gives the same split on every machine.

    "standard" keeps the official test part (MNIST: 55,000, 5,000 and 10,000 images); a set without one
    gives a seventh of every class. "pooled-15" pools everything and holds out 15 % of every class, rounded
    down. Both cut a twelfth of what remains for validation. Raises `DatasetError` when the set cannot be
    loaded or is too small.
    """
    if protocol not in PROTOCOLS:
        raise DatasetError(f"{protocol}: no such split protocol; choose {' or '.join(PROTOCOLS)}")
    if seed < 0:
        raise DatasetError(f"seed {seed}: a seed is 0 or more")
    rng = np.random.default_rng(seed)
    if protocol == "standard" and has_official_test(spec):
        pool = load(spec, "train", skip_bad=skip_bad)
        test = load(spec, "test", skip_bad=skip_bad)
        rest = np.arange(len(pool))
    else:
        pool = load(spec, skip_bad=skip_bad)
        held_out, rest = hold_out(pool.labels, _test_counts(pool, protocol), rng)
        test = pool.take(held_out, name=f"{spec}/{protocol}/test")
    empty = [name for name, count in zip(pool.class_names, pool.class_counts(), strict=True) if not count]
    if empty and not skip_bad:
        raise DatasetError(f"{spec}: no image of class {', '.join(empty)} to train on (--skip-bad accepts that)")
    chosen, remaining = hold_out(pool.labels[rest], _shares(pool.labels[rest], _VALIDATION), rng)
    if not (len(test) and len(chosen) and len(remaining)):
        raise DatasetError(f"{spec}: {len(pool)} images are too few to split for training, validation and test")
    return Split(
        pool.take(rest[remaining], name=f"{spec}/{protocol}/train"),
        pool.take(rest[chosen], name=f"{spec}/{protocol}/validation"),
        test,
    )


def hold_out(labels: np.ndarray, counts: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draws `counts[c]` items of every class c; returns the indices drawn and left, int64, ascending."""
    drawn = [rng.permutation(np.flatnonzero(labels == label))[:count] for label, count in enumerate(counts.tolist())]
    mask = np.zeros(len(labels), bool)
    mask[np.concatenate(drawn)] = True
    return np.flatnonzero(mask), np.flatnonzero(~mask)


def _test_counts(pool: DigitImages, protocol: str) -> np.ndarray:
    if protocol == "pooled-15":
        return pool.class_counts() * 15 // 100
    return _shares(pool.labels, _TEST)


def _shares(labels: np.ndarray, share: Fraction) -> np.ndarray:
    """How many of every class make up `share` of all, each class in proportion: int64 (classes,).

    Largest remainders get the odd ones, so that the total is exact.
    """
    counts = np.bincount(labels) * share.numerator
    whole, remainder = counts // share.denominator, counts % share.denominator
    missing = int(counts.sum()) // share.denominator - int(whole.sum())
    whole[np.argsort(-remainder, kind="stable")[:missing]] += 1
    return whole
