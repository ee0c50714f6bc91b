"""Training on more and more images: the files that are trained on, and a row worked out by hand."""

import numpy as np

import training_growth
from inkdigits.datasets import load


def test_more_images_than_there_are_come_back_distorted(tmp_path, monkeypatch):
    original = load("mnist", "train").images[:3000]
    monkeypatch.setattr("inkdigits.datasets.load", lambda spec, part: load(spec, part).take(np.arange(3000)))
    training_growth.write_images(tmp_path, 7000)
    train, test = load(f"idx:{tmp_path}", "train"), load(f"idx:{tmp_path}", "test")
    assert (len(train), len(test)) == (7000, 3000)
    assert (train.images[:3000] == original).all()
    assert (train.labels == np.tile(load("mnist", "train").labels[:3000], 3)[:7000]).all()
    again, third = train.images[3000:6000], train.images[6000:]
    for images in (again, third):
        change = np.abs(images.astype(int) - original[: len(images)]).mean(axis=(1, 2))
        assert np.median(change) > 5
        ink = images.sum(axis=(1, 2), dtype=float) / original[: len(images)].sum(axis=(1, 2), dtype=float)
        assert 0.9 < np.median(ink) < 1.1
    assert (again[:1000] != third).any(axis=(1, 2)).all()


def test_a_row_leaves_out_the_epoch_that_compiles():
    row = {"images": 55_000, "seconds": 21.04, "epochs": [9.0, 5.5, 4.4, 6.6], "peak_mib": 1234.4, "accuracy": 0.9942}
    assert training_growth.cells(row) == ("55,000", "21.0 s", "5.50 s", "100 µs", "1,234 MiB", "99.42%")
    machine = {"cores": 2, "processor": "a processor"}
    table = training_growth.markdown({"machine": machine, "recipe": "fast", "sizes": [row]}).splitlines()
    assert table[-1] == "| 55,000 | 21.0 s | 5.50 s | 100 µs | 1,234 MiB | 99.42% |"
