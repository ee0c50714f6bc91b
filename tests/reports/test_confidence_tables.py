"""The tables of corruptions and of sets, the sheet of corrupted digits, the picture of reviews."""

from io import StringIO

import numpy as np
from rich.console import Console

from inkdigits.reports import wording
from inkdigits.reports.corruptions import corruption_table, plot_corruptions
from inkdigits.reports.review import plot_review
from inkdigits.reports.set_sizes import coverage_table
from inkdigits.reports.style import DARK, LIGHT


def text(table) -> str:
    console = Console(width=120, file=StringIO(), highlight=False)
    console.print(table)
    return console.file.getvalue()


def test_corruptions_as_a_table_and_as_a_sheet(evaluation):
    evaluation["corruptions"] = {"accuracy": {"fog": 0.25, "shear": 0.75}, "mean": 0.5}
    lines = text(corruption_table(evaluation)).splitlines()
    assert [line.split() for line in lines if "%" in line] == [
        ["clean", "90.00", "%"],
        ["fog", "25.00", "%"],
        ["shear", "75.00", "%"],
        ["mean", "of", "the", "corruptions", "50.00", "%"],
    ]
    images = np.random.default_rng(0).integers(0, 256, (10, 28, 28), dtype=np.uint8)
    figure = plot_corruptions({"clean": images, "fog": images, "shear": images}, evaluation, LIGHT)
    assert [words.get_text() for words in figure.texts] == ["clean", "90.00 %", "fog", "25.00 %", "shear", "75.00 %"]
    (sheet,) = (image.get_array() for image in figure.axes[0].get_images())
    assert sheet.shape == (3 * 32 + 4, 10 * 32 + 4)
    assert (sheet[36:64, 4:32] == images[0]).all()


def test_sets_as_a_table():
    measured = {"coverage": 0.9994, "size": 1.024, "single": 0.9813}
    halves = {**measured, "splits": 500, "coverage_interval": [0.9972, 1.0]}
    found = text(coverage_table({"coverage": 0.999, "validation": measured, "halves": halves}))
    assert "99.9 % of the time" in found
    assert "the bundle's validation images" in found
    assert "99.940 %" in found
    assert "95 % of the halvings cover 99.72 to 100.00 %" in found
    alone = text(coverage_table({"coverage": 0.999, "validation": measured, "halves": None}))
    assert "half" not in alone


def test_reviews_in_words_and_as_a_picture(evaluation):
    assert wording.review(evaluation["review"]) == "For 1 error in 10,000, a person must look at the 77.50 % least sure"
    every = {"errors_left": 1e-4, "share": 1.0, "threshold": None}
    assert wording.review(every) == "For 1 error in 10,000, a person must look at every digit"
    nobody = {"errors_left": 1e-4, "share": 0.0, "threshold": 0.3}
    assert wording.review(nobody) == "For 1 error in 10,000, nobody need look at any digit"
    for theme in (LIGHT, DARK):
        (axes,) = plot_review(evaluation, theme).axes
        curve, mark = axes.get_lines()
        assert curve.get_xydata().tolist() == [[0.5, 0.05], [0.0, 0.1]]
        assert mark.get_xdata() == [0.775, 0.775]
