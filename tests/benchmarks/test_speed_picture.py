"""The picture of speed: its words are its figures, and the committed one shows the committed ones."""

import io

import pytest
from PIL import Image

from recognising_systems import WAYS
from speed_picture import DPI, PICTURE, SIZE, SOURCES, cold_start_finding, hash_of, one_digit_finding, picture, spaced

MACHINE = {"processor": "Some(R) Make Processor"}
CALLS = {
    "machine": MACHINE,
    "sizes": [1, 100],
    "systems": {
        "inkdigits": {"seconds": {"1": {"1": [0.0002, 0.0001, 0.0003], "100": [0.01]}}},
        "model.predict": {"seconds": {"1": {"1": [0.05], "100": [0.06]}}},
        "left at two threads": {"seconds": {"2": {"1": [9.0], "100": [9.0]}}},
        WAYS: {"seconds": {"1": {"`model()`, float32, batches of 100": [0.02]}}},
    },
}
STARTS = {
    "machine": MACHINE,
    "systems": {"inkdigits": {"seconds": [0.4, 0.5, 0.9], "megabytes": [150.4, 120.0, 160.0]}},
}


def test_findings_are_worked_out_of_the_figures():
    assert one_digit_finding(CALLS) == "One digit in 200 µs, 250 times faster than model.predict"
    alone = {"sizes": [1], "systems": {"inkdigits": CALLS["systems"]["inkdigits"]}}
    assert one_digit_finding(alone) == "One digit in 200 µs"
    assert cold_start_finding(STARTS) == "A page from a cold start: 0.50 s, 150 MB"


@pytest.mark.parametrize(
    ("heights", "moved"),
    [
        ([0.2, 0.9], [0.2, 0.9]),
        ([0.5, 0.45, 0.5], [0.55, 0.45, 0.65]),
        ([0.95, 0.98], [0.9, 1.0]),
        ([-0.3, 1.2], [0.0, 1.0]),
    ],
)
def test_labels_are_moved_apart(heights, moved):
    assert spaced(heights, 0.1) == pytest.approx(moved)


def test_the_picture_is_drawn_of_figures_alone_and_names_them():
    drawn = [picture(CALLS, starts, "of these") for starts in (STARTS, STARTS, _slower())]
    assert drawn[0] == drawn[1] != drawn[2]
    with Image.open(io.BytesIO(drawn[0])) as image:
        assert image.size == tuple(round(side * DPI) for side in SIZE)
        assert image.info["Source"] == "of these"


def test_the_committed_picture_is_of_the_committed_figures():
    with Image.open(PICTURE) as image:
        assert image.info["Source"] == hash_of(SOURCES), "run: python benchmarks/speed_picture.py"


def _slower():
    return STARTS | {"systems": {"inkdigits": {"seconds": [0.8], "megabytes": [150.4]}}}
