"""Labelled images check themselves and are named by what they hold."""

import hashlib

import numpy as np
import pytest

from inkdigits.datasets import DigitImages
from inkdigits.datasets.digit_images import joined
from inkdigits.errors import DatasetError

IMAGES = np.arange(24, dtype=np.uint8).reshape(3, 2, 4)


def test_the_hash_covers_shape_pixels_and_labels() -> None:
    by_hand = b"".join(n.to_bytes(8, "little") for n in (3, 2, 4)) + bytes(range(24))
    by_hand += b"".join(n.to_bytes(8, "little") for n in (7, 0, 9))
    digits = DigitImages.of("a", IMAGES, [7, 0, 9])
    assert digits.sha256 == hashlib.sha256(by_hand).hexdigest()
    assert DigitImages.of("b", list(IMAGES), [7, 0, 9]).sha256 == digits.sha256
    assert DigitImages.of("a", IMAGES[::-1], [9, 0, 7]).sha256 != digits.sha256


def test_take_keeps_the_order_asked_for() -> None:
    taken = DigitImages.of("a", IMAGES, [7, 0, 9], skipped=4).take(np.array([2, 0]))
    assert np.array_equal(taken.images, IMAGES[[2, 0]])
    assert taken.labels.tolist() == [9, 7]
    assert (taken.name, taken.skipped, len(taken)) == ("a", 4, 2)


def test_images_of_unequal_size_stay_a_list() -> None:
    digits = DigitImages.of("a", [IMAGES[0], IMAGES[1][:1]], [1, 2])
    assert isinstance(digits.images, list)
    assert digits.take(np.array([1])).images.shape == (1, 1, 4)
    assert [image.shape for image in joined("b", [digits, digits]).images] == [(2, 4), (1, 4)] * 2


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (IMAGES, [1, 2], "3 images but 2 labels"),
        (IMAGES, [1, 2, 10], "item 2 has label 10"),
        (IMAGES.astype(float), [1, 2, 3], "uint8"),
        (IMAGES[:, :0], [1, 2, 3], "uint8"),
        ([IMAGES[0], IMAGES[1].astype(float), IMAGES[2]], [1, 2, 3], "image 1 is float64"),
        ([IMAGES[0], IMAGES[1][:, :0]], [1, 2], "image 1 is uint8 of shape"),
        ([IMAGES], [1], "image 0 is uint8 of shape"),
        (IMAGES, [1.7, 2, 3], "integers"),
        (IMAGES, [[1], [2], [3]], "integers"),
        (IMAGES, ["1", "2", "3"], "integers"),
    ],
)
def test_what_does_not_fit_is_refused(images: np.ndarray, labels: list[int], message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        DigitImages.of("a", images, labels)
