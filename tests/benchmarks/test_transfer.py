"""Digits of other sets, read from their files and scored."""

import gzip
import json
import sys

import numpy as np
import pytest

import transfer


class Threes:
    """A recogniser that takes everything for a 3, nine times in ten."""

    def predict_proba(self, images):
        return np.tile(np.where(np.arange(10) == 3, 0.9, 0.1 / 9), (len(images), 1))


def test_usps_lines_become_ink(tmp_path):
    paper = np.full((16, 16), -1.0)
    paper[4:12, 6:10] = 1.0
    values = " ".join(f"{value:.4f}" for value in paper.ravel())
    path = tmp_path / "zip.train.gz"
    path.write_bytes(gzip.compress(f"6.0000 {values} \n3.0000 {values} \n".encode()))
    images, labels = transfer.usps(path)
    assert labels.tolist() == [6, 3]
    assert images.shape == (2, 64, 64)
    assert images.dtype == np.uint8
    assert images[0, 32, 32] == 255
    assert images[0, 2, 2] == 0
    found = transfer.scores(Threes(), images, labels)
    assert (found["errors"], found["accuracy"], found["errors_by_digit"][6]) == (1, 0.5, 1)
    assert found["interval"] == pytest.approx([0.0945, 0.9055], abs=1e-4)  # Wilson's, 1 of 2
    assert found["expected_calibration_error"] == pytest.approx(0.4)  # sure at 0.9, right at 0.5


def test_scikit_digits_are_ink():
    images, labels = transfer.scikit_digits()
    assert images.shape == (1797, 32, 32)
    assert images.max() == 255
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_a_missing_file_is_one_line(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "argv", ["transfer.py", str(tmp_path / "none.gz")])
    with pytest.raises(SystemExit, match=r"none.gz: no such file; get zip.train.gz"):
        transfer.main()


def test_the_shipped_bundle_is_scored(monkeypatch, tmp_path, capsys):
    path = tmp_path / "zip.train.gz"
    path.write_bytes(gzip.compress(("1 " + "-1 " * 256 + "\n").encode()))
    monkeypatch.setattr(transfer, "scikit_digits", lambda: (np.zeros((1, 8, 8), np.uint8), np.array([0])))
    monkeypatch.setattr(transfer, "load", lambda *_: _Few())
    monkeypatch.setattr(sys, "argv", ["transfer.py", str(path), "--output", str(tmp_path / "out.json")])
    transfer.main()
    found = json.loads((tmp_path / "out.json").read_text())
    assert list(found["sets"]) == ["usps", "load_digits", "mnist"]
    assert found["model"]["sha256"]
    assert "mnist: " in capsys.readouterr().out


class _Few:
    images, labels = np.zeros((2, 28, 28), np.uint8), np.array([0, 1])
