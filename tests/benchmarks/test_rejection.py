"""Ink that is no digit, and the table of how it is told from digits."""

import json
import sys

import numpy as np
import pytest

import non_digit_sets as sets
import rejection
from inkdigits.datasets import DigitImages, fashion_mnist, load
from inkdigits.recognizer import Recognition


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(0)


def recognition(is_digit: list[float]) -> Recognition:
    count = len(is_digit)
    sure = np.full((count, 10), 0.1, np.float32)
    return Recognition(sure, np.array(is_digit), np.zeros(count), np.zeros((count, 28, 28), np.uint8))


def test_drawn_kinds_are_ink(generator):
    for images in (sets.scribbles(5, generator), sets.pictures(5, generator)):
        assert len(images) == 5
        assert all(image.dtype == np.uint8 and image.max() > 200 and not image[0].any() for image in images)
    assert sets.noise(31, generator).shape == (31, 28, 28)
    blanks = sets.blanks(256, generator)
    assert (np.ptp(blanks, axis=(1, 2)) == 0).all()
    assert blanks[:, 0, 0].tolist() == list(range(256))


def test_pairs_hold_two_digits_side_by_side(generator):
    bar = np.zeros((1, 28, 28), np.uint8)
    bar[:, 4:24, 10:16] = 255
    for image in sets.pairs(DigitImages.of("bars", bar, [1]), 30, generator):
        inked = np.flatnonzero(image.max(axis=0))
        assert 8 <= len(inked) <= 12  # two bars of 6, up to 4 over each other
        assert image.shape[1] <= 14


def test_letters_need_fonts(tmp_path):
    with pytest.raises(LookupError, match=r"holds none of the handwriting fonts; apt-get install"):
        sets.letters(tmp_path, "A")
    assert len(sets.LETTERS) + len(sets.LOOKALIKES) == 52
    assert not set(sets.LETTERS) & set("OlISZBbqg")


def test_figures_by_hand():
    """Of the six pairs of a digit and another, five are in order."""
    found = rejection.figures(recognition([0.9, 0.6]), recognition([0.1, 0.7, 0.2]))
    assert found["auroc"] == pytest.approx(5 / 6)
    assert found["auroc_of_class_probability"] == 0.5
    assert found["rejected"] == pytest.approx(2 / 3)


def test_goals_are_judged_at_the_digits_shown():
    facts = {"images": 2000, "auroc": 0.99996, "auroc_of_class_probability": 0.9, "rejected": 1.0}
    assert rejection.row("noise", facts) == "| noise | 2,000 | 1.0000 | ≥ 1: met | 0.9000 | 100.00% |"
    assert "≥ 0.999: missed" in rejection.row("fashion-mnist", {**facts, "auroc": 0.9989})
    assert rejection.row("lookalikes", facts).split(" | ")[3] == ""


def test_the_shipped_bundle_is_scored_and_what_lacks_is_skipped(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(fashion_mnist, "DEBIAN_FOLDER", tmp_path / "none")
    few = load("mnist", "test").take(np.arange(300))
    monkeypatch.setattr(rejection, "load", lambda *_: few)
    output = tmp_path / "rejection.json"
    arguments = ["--fonts", str(tmp_path), "--count", "40", "--output", str(output)]
    monkeypatch.setattr(sys, "argv", ["rejection.py", *arguments])
    rejection.main()
    found = json.loads(output.read_text())
    assert list(found["kinds"]) == ["scribbles", "pictures", "fragments", "pairs", "noise", "blanks"]
    assert found["kinds"]["scribbles"]["auroc"] > 0.9
    assert "| scribbles | 40 |" in output.with_suffix(".md").read_text()
    skipped = capsys.readouterr().err
    assert "fashion-mnist: skipped, Fashion-MNIST is not on this machine" in skipped
    assert "letters: skipped" in skipped
