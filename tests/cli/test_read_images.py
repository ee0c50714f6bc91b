import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.cli.reading.images import images_named, on_one_line, output_stems
from inkdigits.errors import InkdigitsError


def test_folders_stand_for_their_images_in_natural_order(tmp_path: Path) -> None:
    for name in ("b10.png", "b2.png", "B1.JPG", "a.PDF", "notes.txt", "._b3.png", "no suffix"):
        (tmp_path / name).touch()
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "gone.png").symlink_to("nowhere")
    found = images_named(["x.txt", str(tmp_path), "-"])
    assert found == ["x.txt", *(str(tmp_path / name) for name in ("a.PDF", "B1.JPG", "b2.png", "b10.png")), "-"]


def test_digits_of_other_scripts_are_letters_to_the_order(tmp_path: Path) -> None:
    for name in ("²2.png", "٣.png", "3.png"):
        (tmp_path / name).touch()
    assert len(images_named([str(tmp_path)])) == 3


@pytest.mark.parametrize("name", ["x" * 300 + ".png", "nowhere/x.png"])
def test_what_cannot_be_looked_up_is_left_to_the_reader(name: str) -> None:
    assert images_named([name]) == [name]


def test_an_empty_name_is_refused() -> None:
    with pytest.raises(InkdigitsError, match="without a name"):
        images_named(["a.png", ""])


def test_a_file_called_minus_can_be_named() -> None:
    assert output_stems(["-", "./-"]) == ["standard-input", "-"]


# Of surrogates a file system's names have only those that stand for bytes, U+DC80 to U+DCFF.
CHARACTERS = st.characters(exclude_characters="\0/", exclude_categories=["Cs"]) | st.sampled_from("\udc80\udcff")
names = st.text(CHARACTERS, min_size=1, max_size=300) | st.sampled_from(
    ["x", "x-2", "X", "x-2-2", "é" * 100, "é" * 101]
)


@settings(deadline=None)
@given(st.lists(names, max_size=12))
def test_stems_are_fit_for_a_folder_and_never_the_same(found: list[str]) -> None:
    stems = output_stems([f"{index}/{name}.png" for index, name in enumerate(found)])
    assert len(stems) == len(found)
    assert len({stem.casefold() for stem in stems}) == len(stems)
    assert all(stem and "/" not in stem and len(os.fsencode(f"{stem}.3-digits-1000.png")) < 255 for stem in stems)


@given(st.binary(max_size=40))
def test_any_name_is_shown_on_one_line(name: bytes) -> None:
    shown = on_one_line(os.fsdecode(name))
    shown.encode()  # or it raises
    assert len(shown.splitlines()) <= 1
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in shown)
