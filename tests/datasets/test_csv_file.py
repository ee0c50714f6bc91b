"""CSV files of a label and 784 pixels, good and bad."""

from pathlib import Path

import numpy as np
import pytest

from inkdigits.datasets import load
from inkdigits.errors import DatasetError

HEADER = ",".join(["label", *(f"pixel{n}" for n in range(784))])


def line(label: object, *pixels: object) -> str:
    return ",".join(map(str, [label, *pixels, *[0] * (784 - len(pixels))]))


def written(folder: Path, *lines: str, end: str = "\n") -> str:
    path = folder / "train.csv"
    path.write_bytes((end.join(lines) + end).encode())
    return f"csv:{path}"


@pytest.mark.parametrize("lines", [(HEADER, line(3, 1, 255), line(9)), (line(3, 1, 255), line(9))])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_with_and_without_header(tmp_path, lines: tuple[str, ...], end: str) -> None:
    digits = load(written(tmp_path, *lines, end=end))
    assert digits.labels.tolist() == [3, 9]
    assert digits.images.shape == (2, 28, 28)
    assert digits.images[0, 0, :3].tolist() == [1, 255, 0]


@pytest.mark.parametrize("first", [0, 1])
def test_pandas_counts_its_columns(tmp_path, first: int) -> None:
    header = ",".join(map(str, ["label", *range(first, 784 + first)]))
    assert load(written(tmp_path, header, line(3, 1, 255))).labels.tolist() == [3]


def test_a_byte_order_mark_and_empty_lines(tmp_path) -> None:
    assert load(written(tmp_path, "\ufeff" + line(4), "", line(5), "")).labels.tolist() == [4, 5]


def test_pixels_keep_their_place_over_many_blocks(tmp_path) -> None:
    lines = [line(n % 10, n % 256, n // 256) for n in range(9000)]
    digits = load(written(tmp_path, HEADER, *lines))
    assert digits.labels.tolist() == [n % 10 for n in range(9000)]
    assert np.array_equal(digits.images[:, 0, 0] + 256 * digits.images[:, 0, 1].astype(int), np.arange(9000))


BAD = [
    (line("x"), "a field is not a whole number"),
    (line(3, 0.5), "a field is not a whole number"),
    (line(10), "label 10 is not 0 to 9"),
    (line(-1), "label -1 is not 0 to 9"),
    (line(3, 256), r"a pixel is not 0 to 255 \(0 to 256\)"),
    (line(3, -2), r"a pixel is not 0 to 255 \(-2 to 0\)"),
    (line(3, 10**30), "a field is not a whole number"),
    (line(3) + ",0", "786 columns; a label and 784 pixels make 785"),
    (line(3)[:-2], "784 columns, so no label"),
    ("3,4", "2 columns"),
]


@pytest.mark.parametrize(("bad", "message"), BAD)
def test_a_bad_line_is_named_or_left_out(tmp_path, bad: str, message: str) -> None:
    spec = written(tmp_path, HEADER, line(1), bad, line(2))
    with pytest.raises(DatasetError, match=rf"train\.csv, line 3: {message}"):
        load(spec)
    digits = load(spec, skip_bad=True)
    assert (digits.labels.tolist(), digits.skipped) == ([1, 2], 1)


def test_a_bad_first_line_is_not_taken_for_a_header(tmp_path) -> None:
    with pytest.raises(DatasetError, match="line 1: a field is not a whole number"):
        load(written(tmp_path, line("x"), line(1)))


def test_a_bad_line_far_down_keeps_its_number(tmp_path) -> None:
    spec = written(tmp_path, *[line(1)] * 5000, "3,4")
    with pytest.raises(DatasetError, match="line 5001: 2 columns"):
        load(spec)


@pytest.mark.parametrize("content", [b"", HEADER.encode(), b"\n\n"])
def test_a_file_without_digits(tmp_path, content: bytes) -> None:
    (tmp_path / "train.csv").write_bytes(content)
    with pytest.raises(DatasetError, match="holds no line"):
        load(f"csv:{tmp_path / 'train.csv'}")


def test_a_file_that_is_no_text_or_missing(tmp_path) -> None:
    (tmp_path / "train.csv").write_bytes(b"\xff\xfe\0\1")
    with pytest.raises(DatasetError, match="not a text file"):
        load(f"csv:{tmp_path / 'train.csv'}")
    with pytest.raises(DatasetError, match=r"gone\.csv: cannot be read .No such file"):
        load(f"csv:{tmp_path / 'gone.csv'}")


def test_a_file_without_line_ends_is_not_read_to_its_end() -> None:
    with pytest.raises(DatasetError, match=r"line 1: is longer than 65,536 characters"):
        load("csv:/dev/zero")
