"""Class folders of any image, and sets written as such and read again."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inkdigits.datasets import DigitImages, export_folder, load
from inkdigits.errors import DatasetError


def bar(height: int = 28, width: int = 28) -> np.ndarray:
    ink = np.zeros((height, width), np.uint8)
    ink[5:-5, width // 2 - 2 : width // 2 + 2] = 255
    return ink


def write_classes(folder: Path) -> None:
    for label in range(10):
        (folder / str(label)).mkdir(parents=True)
        Image.fromarray(255 - bar()).save(folder / str(label) / "a.png")


def test_formats_sizes_and_polarities_mix(tmp_path) -> None:
    write_classes(tmp_path)
    Image.fromarray(bar(40, 30)).save(tmp_path / "3" / "b.bmp")
    Image.fromarray(255 - bar(20, 16)).convert("RGB").save(tmp_path / "7" / "c.tiff")
    (tmp_path / "7" / "Thumbs.db").write_bytes(b"litter")
    (tmp_path / ".cache").mkdir()
    digits = load(f"folder:{tmp_path}")
    assert digits.labels.tolist() == [*range(10), 3, 7]
    assert np.array_equal(digits.images[0], bar())
    assert np.array_equal(digits.images[10], bar(40, 30))
    assert np.array_equal(digits.images[11], bar(20, 16))


def test_an_unreadable_image_is_named_or_left_out(tmp_path) -> None:
    write_classes(tmp_path)
    (tmp_path / "4" / "notes.txt").write_text("not an image")
    with pytest.raises(DatasetError, match=r"4.notes\.txt: not an image .*--skip-bad"):
        load(f"folder:{tmp_path}")
    digits = load(f"folder:{tmp_path}", skip_bad=True)
    assert (len(digits), digits.skipped) == (10, 1)


def test_a_folder_that_is_no_class_is_named_or_left_out(tmp_path) -> None:
    write_classes(tmp_path)
    (tmp_path / "10").mkdir()
    Image.fromarray(bar()).save(tmp_path / "10" / "x.png")
    with pytest.raises(DatasetError, match="10: class folders are named 0 to 9"):
        load(f"folder:{tmp_path}")
    digits = load(f"folder:{tmp_path}", skip_bad=True)
    assert (len(digits), digits.skipped) == (10, 1)


def test_images_in_no_class_folder_are_told_where_to_go(tmp_path) -> None:
    flat = tmp_path / "flat"
    flat.mkdir()
    Image.fromarray(bar()).save(flat / "seven.png")
    with pytest.raises(DatasetError, match=r"flat: its images lie in no class folder; .* as in flat.7.seven\.png$"):
        load(f"folder:{flat}")


def test_class_folders_one_level_down_are_named(tmp_path) -> None:
    write_classes(tmp_path / "train")
    with pytest.raises(DatasetError, match=r"the class folders lie one level down; name that: folder:.*train$"):
        load(f"folder:{tmp_path}")


def test_empty_classes_are_named(tmp_path) -> None:
    write_classes(tmp_path)
    (tmp_path / "6" / "a.png").unlink()
    with pytest.raises(DatasetError, match="no image of class 6"):
        load(f"folder:{tmp_path}")
    assert load(f"folder:{tmp_path}", skip_bad=True).class_counts().tolist() == [1] * 6 + [0] + [1] * 3


def test_a_folder_without_images_is_refused_even_with_skip_bad(tmp_path) -> None:
    with pytest.raises(DatasetError, match="not one image"):
        load(f"folder:{tmp_path}", skip_bad=True)
    with pytest.raises(DatasetError, match="no such folder"):
        load(f"folder:{tmp_path / 'gone'}")


def test_it_has_no_official_parts(tmp_path) -> None:
    with pytest.raises(DatasetError, match="has no test part of its own"):
        load(f"folder:{tmp_path}", "test")


def test_an_exported_set_comes_back_bit_for_bit(tmp_path) -> None:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (40, 9, 7), np.uint8)
    images[0] = 200  # full of ink: its polarity cannot be told from its pixels
    digits = DigitImages.of("made", images, rng.permutation(np.arange(40) % 10))
    target = tmp_path / "new" / "digits"
    assert export_folder(digits, target) == target
    back = load(f"folder:{target}")
    assert back.sha256 == digits.sha256
    assert [path.name for path in target.parent.iterdir()] == ["digits"]


def test_mnist_survives_the_round_trip(tmp_path) -> None:
    digits = load("mnist", "test").take(np.arange(200))
    assert load(f"folder:{export_folder(digits, tmp_path)}").sha256 == digits.sha256


def test_a_folder_in_use_is_left_alone(tmp_path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    digits = DigitImages.of("made", bar()[None], [1])
    for target in (tmp_path, tmp_path / "mine.txt"):
        with pytest.raises(DatasetError, match="is in use"):
            export_folder(digits, target)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_failed_export_leaves_nothing(tmp_path, monkeypatch) -> None:
    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("inkdigits.datasets.export.save_ink", full_disk)
    with pytest.raises(DatasetError, match=r"cannot be written .No space left"):
        export_folder(DigitImages.of("made", bar()[None], [1]), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_behind_a_link_is_filled_and_the_working_folder_is_not(tmp_path, monkeypatch) -> None:
    digits = DigitImages.of("made", bar()[None], [1])
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("empty")
    export_folder(digits, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert [path.name for path in (tmp_path / "empty").iterdir()] == ["1"]
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(DatasetError, match="is the working folder; name one in it"):
        export_folder(digits, Path())
