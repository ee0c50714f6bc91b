"""The pictures say what the numbers say, in both themes and at the edges."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import matplotlib.colors
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from inkdigits.reports import curves, filters, gallery, plots
from inkdigits.reports.style import DARK, DPI, LIGHT, WIDTH, Theme, png


def pixels(figure: Figure) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(png(figure))).convert("RGB"))


def shares_of(figure: Figure, colour: str) -> float:
    wanted = np.round(np.array(matplotlib.colors.to_rgb(colour)) * 255)
    return float((pixels(figure) == wanted).all(axis=-1).mean())


def inside(figure: Figure) -> bool:
    """Whether everything drawn lies on the figure, nothing clipped."""
    figure.canvas.draw()
    box = figure.get_tightbbox()
    width, height = figure.get_size_inches()
    return box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_learning_curves_mark_the_best_epoch(history: list[dict[str, str]], theme: Theme) -> None:
    figure = curves.plot_curve(history, "accuracy", theme)
    training, validation, best = figure.axes[0].lines
    assert training.get_ydata() == pytest.approx([0.9, 0.95, 1 - 0.1 / 3])
    assert validation.get_xydata().tolist() == [[1, 0.95], [2, 0.9875], [3, 0.97]]
    assert best.get_xydata().tolist() == [[2, 0.9875]]
    assert figure.get_suptitle() == "Validation accuracy is highest in epoch 2: 98.75 %"
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["training", "validation"]
    assert shares_of(figure, theme.surface) > 0.7
    assert inside(figure)


def test_the_loss_curve_marks_the_lowest(history: list[dict[str, str]]) -> None:
    assert curves.curve_finding(history, "loss") == "Validation loss is lowest in epoch 3: 0.2233"


def test_a_run_without_validation_has_one_curve(history: list[dict[str, str]]) -> None:
    rows = [row | {"val_accuracy": ""} for row in history]
    figure = curves.plot_curve(rows, "accuracy")
    assert len(figure.axes[0].lines) == 1
    assert figure.get_suptitle() == "Training accuracy over 3 epochs"


def test_the_confusion_matrix_shows_every_count(evaluation: dict[str, Any]) -> None:
    figure = plots.plot_confusion_matrix(evaluation)
    axes = figure.axes[0]
    written = {text.get_position(): text.get_text() for text in axes.texts}
    matrix = np.array(evaluation["confusion_matrix"])
    assert written == {(c, r): str(matrix[r, c]) for r, c in np.argwhere(matrix)}
    assert figure.get_suptitle() == "Most frequent confusion: 4 read as 9, 2 times"
    assert [label.get_text() for label in axes.get_yticklabels()] == list("0123456789")
    assert inside(figure)
    assert pixels(figure).shape == (round(5.6 * DPI), round(WIDTH * DPI), 3)


def test_a_single_confusion_is_clearly_coloured_beside_many(evaluation: dict[str, Any]) -> None:
    matrix = np.array(evaluation["confusion_matrix"])
    matrix[4, 9] = 100
    evaluation["confusion_matrix"] = matrix.tolist()
    image = plots.plot_confusion_matrix(evaluation).axes[0].images[0]
    red_of_one = image.cmap(image.norm(1))[0]
    assert image.cmap(image.norm(0))[0] - red_of_one > 0.05


def test_long_class_names_fit(evaluation: dict[str, Any]) -> None:
    for row in evaluation["per_class"]:
        row["label"] = "Ankle boot " + row["label"]
    assert inside(plots.plot_confusion_matrix(evaluation))


def test_no_confusion_is_said(evaluation: dict[str, Any]) -> None:
    evaluation |= {"top_confusions": [], "confusion_matrix": (4 * np.eye(10, dtype=int)).tolist()}
    assert plots.plot_confusion_matrix(evaluation).get_suptitle() == "No image was taken for another class"


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_reliability_diagram_holds_all_bins(evaluation: dict[str, Any], theme: Theme) -> None:
    figure = plots.plot_calibration(evaluation, theme)
    perfect, dots = figure.axes[0].lines
    assert dots.get_xydata().tolist() == [[0.7, 0.75], [0.98, 1.0]]
    assert perfect.get_xdata().tolist() == perfect.get_ydata().tolist()
    assert figure.axes[0].get_xlim()[0] < 0.7
    assert figure.get_suptitle() == "Confidence and accuracy differ by 1.23 % on average"
    assert inside(figure)


@pytest.mark.parametrize(
    ("counts", "named"),
    [
        ([20, 20], "2 bins of equally many images"),
        ([5, 35], "2 bins, larger where confidences are equal"),
        ([40], "1 bin"),
    ],
)
def test_the_legend_tells_what_the_bins_are(evaluation: dict[str, Any], counts: list[int], named: str) -> None:
    evaluation["reliability"] = [
        {"confidence": 0.9 + 0.05 * n, "accuracy": 0.9, "count": count} for n, count in enumerate(counts)
    ]
    figure = plots.plot_calibration(evaluation)
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["perfect", named]
    assert inside(figure)


def test_one_bin_of_full_confidence_can_be_drawn(evaluation: dict[str, Any]) -> None:
    evaluation["reliability"] = [{"confidence": 1.0, "accuracy": 1.0, "count": 40}]
    assert shares_of(plots.plot_calibration(evaluation), LIGHT.accent) > 0


def test_filters_are_drawn_in_order_with_one_scale(network: dict[str, Any]) -> None:
    images = filters.plot_filters(network).axes[0].images
    assert [image.get_array().tolist() for image in images] == network["filters"]
    assert {image.get_clim() for image in images} == {(-1.0, 1.0)}
    assert filters.filters_finding(network) == "The first layer looks for 4 patterns of 3 × 3 pixels"


def test_only_so_many_filters_are_drawn() -> None:
    network = {"filters": np.ones((100, 5, 5)).tolist()}
    assert len(filters.plot_filters(network).axes[0].images) == 64
    assert filters.filters_finding(network).endswith("5 × 5 pixels, 64 of them shown")


def test_the_gallery_shows_images_and_bars(evaluation: dict[str, Any], mistake_images: np.ndarray) -> None:
    figure = gallery.plot_mistakes(evaluation, mistake_images)
    digits, bars = figure.axes[::2], figure.axes[1::2]
    assert len(digits) == len(bars) == 4
    assert digits[2].images[0].get_array().tolist() == mistake_images[2].tolist()
    assert [bar.get_height() for bar in bars[0].patches] == evaluation["mistakes"][0]["probabilities"]
    assert [text.get_text() for text in figure.texts[2:4]] == ["4, read as 9", "7, read as 1"]
    assert figure.texts[0].get_text() == "All 4 mistakes, the most confident first"
    assert inside(figure)


def test_the_gallery_stops_at_its_limit(evaluation: dict[str, Any], mistake_images: np.ndarray) -> None:
    figure = gallery.plot_mistakes(evaluation, mistake_images, limit=1)
    assert len(figure.axes) == 2
    assert figure.texts[0].get_text() == "The 1 most confident of 4 mistakes"
    assert inside(figure)
