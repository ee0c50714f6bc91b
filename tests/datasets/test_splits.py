"""Splits are disjoint, complete, stratified and repeatable."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.datasets import Split, load, split
from inkdigits.datasets.splits import hold_out
from inkdigits.errors import DatasetError


@pytest.fixture(scope="module")
def pooled() -> Split:
    return split("mnist", "pooled-15", seed=1)


@pytest.fixture(scope="module")
def standard() -> Split:
    return split("mnist", seed=1)


def rows(parts: Split) -> list[bytes]:
    """Every image as bytes, over all parts, sorted."""
    return sorted(image.tobytes() for part in (parts.train, parts.validation, parts.test) for image in part.images)


def test_standard_keeps_the_official_parts(standard: Split) -> None:
    assert [len(part) for part in (standard.train, standard.validation, standard.test)] == [
        55_000,
        5_000,
        10_000,
    ]
    assert standard.test.sha256 == load("mnist", "test").sha256
    assert standard.test.name == "mnist/test"
    # 5,923 / 12 = 493.58, 6,742 / 12 = 561.83, ...: every class within one of its share
    shares = np.array([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]) / 12
    assert (np.abs(standard.validation.class_counts() - shares) < 1).all()


def test_pooled_15_holds_out_15_percent_of_every_class(pooled: Split) -> None:
    assert pooled.test.class_counts().tolist() == [1035, 1181, 1048, 1071, 1023, 946, 1031, 1093, 1023, 1043]
    assert (len(pooled.test), len(pooled.validation), len(pooled.train)) == (10_494, 4_958, 54_548)


def test_every_image_is_in_one_part(pooled: Split, standard: Split) -> None:
    everything = sorted(image.tobytes() for image in load("mnist").images)
    assert rows(pooled) == everything
    assert rows(standard) == everything


def test_the_seed_decides(pooled: Split) -> None:
    again, other = split("mnist", "pooled-15", seed=1), split("mnist", "pooled-15", seed=2)
    for part in ("train", "validation", "test"):
        assert getattr(again, part).sha256 == getattr(pooled, part).sha256
        assert getattr(other, part).sha256 != getattr(pooled, part).sha256


@given(st.lists(st.integers(0, 9), min_size=1, max_size=200), st.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_hold_out_parts_any_labels(labels: list[int], seed: int) -> None:
    truth = np.array(labels)
    counts = np.bincount(truth) // 2
    drawn, left = hold_out(truth, counts, np.random.default_rng(seed))
    assert sorted([*drawn, *left]) == list(range(len(truth)))
    assert np.bincount(truth[drawn], minlength=len(counts)).tolist() == counts.tolist()
    assert np.array_equal(hold_out(truth, counts, np.random.default_rng(seed))[0], drawn)


def written(folder: Path, each: int) -> str:
    path = folder / "digits.csv"
    lines = [",".join(map(str, [label, number, *[0] * 783])) for label in range(10) for number in range(each)]
    path.write_text("\n".join(lines))
    return f"csv:{path}"


def test_a_set_without_a_test_part_gives_a_seventh(tmp_path) -> None:
    parts = split(written(tmp_path, 14))
    assert parts.test.class_counts().tolist() == [2] * 10
    assert parts.validation.class_counts().tolist() == [1] * 10
    assert parts.train.class_counts().tolist() == [11] * 10
    assert parts.test.name.endswith("digits.csv/standard/test")


def test_too_few_images_and_unknown_protocols_are_refused(tmp_path) -> None:
    with pytest.raises(DatasetError, match="10 images are too few"):
        split(written(tmp_path, 1))
    with pytest.raises(DatasetError, match="choose standard or pooled-15"):
        split("mnist", "random")
    with pytest.raises(DatasetError, match="seed -1"):
        split("mnist", seed=-1)


def test_a_class_without_images_is_told(tmp_path):
    lines = [",".join([str(label), *["7"] * 784]) for label in [0, 1, 2, 3, 4, 5, 6, 8, 9] * 30]
    (tmp_path / "set.csv").write_text("\n".join(lines))
    with pytest.raises(DatasetError, match="no image of class 7 to train on"):
        split(f"csv:{tmp_path / 'set.csv'}")
    parts = split(f"csv:{tmp_path / 'set.csv'}", skip_bad=True)
    assert len(parts.train) + len(parts.validation) + len(parts.test) == 270
