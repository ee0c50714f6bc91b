"""The contact sheet shows every class in its row."""

import numpy as np
import pytest
from PIL import Image

from inkdigits.datasets import DigitImages, contact_sheet, write_contact_sheet
from inkdigits.errors import DatasetError

FULL = np.full((28, 28), 255, np.uint8)


def dark_pixels(sheet: Image.Image) -> np.ndarray:
    return np.all(np.asarray(sheet) == (24, 28, 60), axis=2)


def test_each_image_lies_in_the_row_of_its_class() -> None:
    digits = DigitImages.of("made", [FULL, FULL, FULL[:14]], [0, 0, 9])
    dark = dark_pixels(contact_sheet(digits, columns=4))
    rows = [int(dark[64 + 62 * label : 64 + 62 * label + 56].sum()) for label in range(10)]
    assert rows == [2 * 56 * 56, 0, 0, 0, 0, 0, 0, 0, 0, 56 * 28]
    assert dark.sum() == sum(rows)


def test_columns_bound_the_row_and_spread_over_the_class() -> None:
    images = np.stack([FULL * (index in (0, 50, 100)) for index in range(101)])
    sheet = contact_sheet(DigitImages.of("made", images, np.zeros(101, int)), columns=3)
    assert dark_pixels(sheet).sum() == 3 * 56 * 56


def test_the_file_is_whole_or_absent(tmp_path) -> None:
    digits = DigitImages.of("made", FULL[None], [5])
    path = write_contact_sheet(digits, tmp_path / "new" / "sheet.png")
    with Image.open(path) as image:
        assert (image.format, image.size) == ("PNG", contact_sheet(digits).size)
    with pytest.raises(DatasetError, match="cannot be written"):
        write_contact_sheet(digits, path / "below.png")
    with pytest.raises(DatasetError, match="cannot be written"):
        write_contact_sheet(digits, tmp_path / "new")
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["sheet.png"]
    assert [file.name for file in tmp_path.iterdir()] == ["new"]
