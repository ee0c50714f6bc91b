"""MNIST ships in the package, whole, and is never used when damaged."""

import gzip
import shutil
import time

import pytest

from inkdigits.datasets import load
from inkdigits.datasets.mnist import FOLDER, MNIST
from inkdigits.errors import DatasetError


def test_both_parts_are_the_published_ones() -> None:
    start = time.process_time()
    test = load("mnist", "test")
    assert time.process_time() - start < 1
    assert test.images.shape == (10_000, 28, 28)
    assert test.labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert test.class_counts().tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    both = load("mnist")
    assert both.images.shape == (70_000, 28, 28)
    assert both.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert both.class_counts().tolist() == [6903, 7877, 6990, 7141, 6824, 6313, 6876, 7293, 6825, 6958]


def test_one_changed_pixel_is_named(tmp_path) -> None:
    name = "t10k-images-idx3-ubyte.gz"
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    data = bytearray(gzip.decompress((FOLDER / name).read_bytes()))
    data[5000] ^= 1
    (tmp_path / name).write_bytes(gzip.compress(data, 1))
    with pytest.raises(DatasetError, match=f"{name}: not the published bytes"):
        MNIST.load(tmp_path, "test")


def test_a_file_cut_short_or_missing_is_named(tmp_path) -> None:
    name = "t10k-images-idx3-ubyte.gz"
    (tmp_path / name).write_bytes((FOLDER / name).read_bytes()[:1000])
    with pytest.raises(DatasetError, match=f"{name}: damaged"):
        MNIST.load(tmp_path, "test")
    (tmp_path / name).unlink()
    with pytest.raises(DatasetError, match=f"{name}: missing"):
        MNIST.load(tmp_path, "test")


@pytest.mark.parametrize("spec", ["mnits", "mnist:x", "folder:", "zip:a", ""])
def test_unknown_sets_are_refused_with_the_choices(spec: str) -> None:
    with pytest.raises(DatasetError, match="choose mnist, fashion-mnist, folder:DIR, csv:FILE or idx:DIR"):
        load(spec)


def test_unknown_parts_are_refused() -> None:
    with pytest.raises(DatasetError, match="choose train, test or all"):
        load("mnist", "validation")
