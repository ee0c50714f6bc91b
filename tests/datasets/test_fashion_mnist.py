"""Fashion-MNIST is found on this machine first, and downloaded only when it is not."""

import gzip
import hashlib
from pathlib import Path

import numpy as np
import pytest

from inkdigits.datasets import fashion_mnist, load
from inkdigits.datasets.idx_archive import IdxArchive
from inkdigits.errors import DatasetError


def write_small_archive(folder: Path) -> IdxArchive:
    """Four files of two and one images, and the archive that names their hashes."""
    folder.mkdir(parents=True)
    hashes = {}
    for part, count in (("train", 2), ("t10k", 1)):
        head = count.to_bytes(4, "big")
        files = {
            f"{part}-images-idx3-ubyte": b"\0\0\x08\x03" + head + b"\0\0\0\x01\0\0\0\x02" + b"\x07\x08" * count,
            f"{part}-labels-idx1-ubyte": b"\0\0\x08\x01" + head + bytes([9, 8][:count]),
        }
        for name, data in files.items():
            (folder / f"{name}.gz").write_bytes(gzip.compress(data))
            hashes[name] = hashlib.sha256(data).hexdigest()
    return IdxArchive("fashion-mnist", hashes, fashion_mnist.FASHION_MNIST.class_names)


@pytest.fixture(autouse=True)
def nothing_here(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("INKDIGITS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(fashion_mnist, "DEBIAN_FOLDER", tmp_path / "debian")


def test_debians_package_is_used(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(fashion_mnist, "FASHION_MNIST", write_small_archive(tmp_path / "debian"))
    digits = load("fashion-mnist", "train")
    assert digits.labels.tolist() == [9, 8]
    assert [digits.class_names[label] for label in digits.labels] == ["Ankle boot", "Bag"]
    assert np.array_equal(digits.images, [[[7, 8]], [[7, 8]]])
    assert len(load("fashion-mnist")) == 3


def test_it_is_downloaded_when_absent(monkeypatch, tmp_path) -> None:
    archive = write_small_archive(tmp_path / "server")
    md5 = {
        name: hashlib.md5((tmp_path / "server" / f"{name}.gz").read_bytes(), usedforsecurity=False).hexdigest()
        for name in archive.sha256
    }
    monkeypatch.setattr(fashion_mnist, "FASHION_MNIST", archive)
    monkeypatch.setattr(fashion_mnist, "PUBLISHED_MD5", md5)
    monkeypatch.setattr(fashion_mnist, "URL", (tmp_path / "server").as_uri() + "/")
    assert load("fashion-mnist", "test").labels.tolist() == [9]
    assert fashion_mnist.find_fashion_mnist() == tmp_path / "data" / "fashion-mnist"


def test_a_server_that_is_down_is_one_line(monkeypatch) -> None:
    monkeypatch.setattr(fashion_mnist, "URL", "http://127.0.0.1:9/")
    with pytest.raises(DatasetError, match=r"train-images-idx3-ubyte\.gz: cannot be reached"):
        load("fashion-mnist")


def test_every_file_has_both_checksums() -> None:
    assert fashion_mnist.PUBLISHED_MD5.keys() == fashion_mnist.FASHION_MNIST.sha256.keys()
    assert {len(value) for value in fashion_mnist.PUBLISHED_MD5.values()} == {32}
    assert {len(value) for value in fashion_mnist.FASHION_MNIST.sha256.values()} == {64}
