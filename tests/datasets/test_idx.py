"""IDX files, whole and damaged, and folders of them."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.datasets import load, split
from inkdigits.datasets.idx import parse_idx
from inkdigits.errors import DatasetError

LABELS = b"\0\0\x08\x01\0\0\0\x03\x05\x00\x09"
IMAGES = b"\0\0\x08\x03\0\0\0\x03\0\0\0\x02\0\0\0\x01" + bytes([1, 2, 3, 4, 5, 255])
ZIPPED = gzip.compress(IMAGES, mtime=0)


def test_known_bytes() -> None:
    assert parse_idx(LABELS, "x").tolist() == [5, 0, 9]
    assert parse_idx(gzip.compress(IMAGES), "x").tolist() == [[[1], [2]], [[3], [4]], [[5], [255]]]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not an IDX file"),
        (b"PK\3\4", "not an IDX file"),
        (b"\0\0\x0d\x01\0\0\0\0", "type 0x0d"),
        (LABELS[:6], "header is cut short"),
        (LABELS[:-1], "shorter than its header says"),
        (LABELS + b"\0", "longer than its header says"),
        (b"\0\0\x08\x04" + b"\xff" * 16, "its header promises"),
        (ZIPPED[:-9], "gzip data is damaged"),
        (ZIPPED[:-8] + b"\xff" * 8, "gzip data is damaged"),
    ],
)
def test_damage_is_named(data: bytes, message: str) -> None:
    with pytest.raises(DatasetError, match=f"^some file: .*{message}"):
        parse_idx(data, "some file")


@given(st.binary(max_size=60), st.sampled_from([b"", b"\0\0\x08", b"\x1f\x8b\x08\0", LABELS[:8], IMAGES[:16]]))
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_an_array_or_a_dataset_error(tail: bytes, head: bytes) -> None:
    try:
        array = parse_idx(head + tail, "x")
    except DatasetError:
        return
    assert array.dtype == np.uint8


def write_pair(folder: Path, prefix: str, labels: list[int], *, dot: str = "-", zipped: bool = False) -> None:
    pixels = np.arange(len(labels) * 4, dtype=np.uint8)
    count = len(labels).to_bytes(4, "big")
    files = {
        f"{prefix}images{dot}idx3-ubyte": b"\0\0\x08\x03" + count + b"\0\0\0\x02\0\0\0\x02" + pixels.tobytes(),
        f"{prefix}labels{dot}idx1-ubyte": b"\0\0\x08\x01" + count + bytes(labels),
    }
    for name, data in files.items():
        (folder / f"{name}{'.gz' * zipped}").write_bytes(gzip.compress(data) if zipped else data)


def test_a_folder_with_both_parts(tmp_path) -> None:
    write_pair(tmp_path, "train-", [3, 4, 5], zipped=True)
    write_pair(tmp_path, "t10k-", [6, 7])
    assert load(f"idx:{tmp_path}", "train").labels.tolist() == [3, 4, 5]
    assert load(f"idx:{tmp_path}", "test").labels.tolist() == [6, 7]
    both = load(f"idx:{tmp_path}")
    assert sorted(both.labels.tolist()) == [3, 4, 5, 6, 7]
    assert both.images.shape == (5, 2, 2)


def test_a_pair_without_prefix_and_with_a_dot(tmp_path) -> None:
    write_pair(tmp_path, "", [1, 2], dot=".")
    digits = load(f"idx:{tmp_path}")
    assert digits.labels.tolist() == [1, 2]
    assert digits.images[1].tolist() == [[4, 5], [6, 7]]
    with pytest.raises(DatasetError, match="for the test part"):
        load(f"idx:{tmp_path}", "test")


def test_a_file_beside_its_gzip_counts_once(tmp_path) -> None:
    write_pair(tmp_path, "", [1, 2])
    write_pair(tmp_path, "", [1, 2], zipped=True)
    assert len(load(f"idx:{tmp_path}")) == 2


def test_labels_above_nine(tmp_path) -> None:
    write_pair(tmp_path, "train-", [1, 11, 2])
    with pytest.raises(DatasetError, match=r"train-labels-idx1-ubyte: item 1 has label 11"):
        load(f"idx:{tmp_path}")
    digits = load(f"idx:{tmp_path}", skip_bad=True)
    assert (digits.labels.tolist(), digits.skipped) == ([1, 2], 1)
    assert digits.images[1].tolist() == [[8, 9], [10, 11]]


def test_missing_pieces_are_named(tmp_path) -> None:
    with pytest.raises(DatasetError, match="no images-idx3-ubyte file"):
        load(f"idx:{tmp_path}")
    write_pair(tmp_path, "train-", [1, 2])
    (tmp_path / "train-labels-idx1-ubyte").unlink()
    with pytest.raises(DatasetError, match=r"train-labels-idx1-ubyte\[\.gz\], are missing"):
        load(f"idx:{tmp_path}")
    with pytest.raises(DatasetError, match="no such folder"):
        load(f"idx:{tmp_path / 'gone'}")


def test_the_standard_split_keeps_the_official_test_part(tmp_path) -> None:
    write_pair(tmp_path, "train-", list(range(10)) * 3)
    write_pair(tmp_path, "t10k-", [6, 7])
    parts = split(f"idx:{tmp_path}")
    assert parts.test.labels.tolist() == [6, 7]
    assert (len(parts.train), len(parts.validation)) == (28, 2)
