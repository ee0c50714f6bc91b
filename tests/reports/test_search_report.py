"""The report of a search says what its trials say, in pictures and in tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from inkdigits.errors import RunError
from inkdigits.reports.search.accuracy_axis import limits
from inkdigits.reports.search.choice_scale import ChoiceScale
from inkdigits.reports.search.history import plot_history
from inkdigits.reports.search.importances import plot_importances
from inkdigits.reports.search.page import write_search_report
from inkdigits.reports.search.parallel_coordinates import plot_parallel_coordinates
from inkdigits.reports.search.slices import plot_slices
from inkdigits.reports.style import LIGHT

SCALES = {"rate": "log", "width": "linear", "kind": ["a", "b"]}
SEARCH = {"plan": {"name": "tiny <script>", "sampler": "tpe", "data": "mnist", "seed": 3}, "trials": 6}


def row(trial: int, state: str, accuracy: float | None, **changes: Any) -> dict[str, Any]:
    done = state == "complete"
    usual = {"loss": 0.1 if done else None, "epochs": 4, "planned": 4, "parameters": 1200, "seconds": 30.0}
    choices = {"rate": 10.0 ** (trial - 3), "width": 4 * trial, "kind": "ab"[trial % 2]}
    return {"trial": trial, "state": state, "accuracy": accuracy, "failure": None, "choices": choices} | usual | changes


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    return [
        row(0, "complete", 0.95),
        row(1, "complete", 0.97),
        row(2, "pruned", 0.5, epochs=1),
        row(3, "failed", None, failure="epoch 1: the loss is nan & void"),
        row(4, "complete", 0.96),
        row(5, "interrupted", 0.99),
    ]


def test_the_best_so_far_never_falls(rows):
    axes = plot_history(rows, rows[1]).axes[0]
    lines = {line.get_label(): line.get_xydata().tolist() for line in axes.lines}
    assert lines["best so far"] == [[0, 0.95], [1, 0.97], [4, 0.97]]
    assert lines["complete"] == [[0, 0.95], [1, 0.97], [4, 0.96]]
    ground = axes.get_ylim()[0]
    assert (lines["pruned"], lines["failed"]) == ([[2, ground]], [[3, ground]])


def test_the_axis_leaves_out_what_is_far_behind():
    together = [row(number, "complete", accuracy) for number, accuracy in enumerate((0.98, 0.985, 0.99))]
    low, high = limits([*together, row(3, "complete", 0.1)])
    # The middle of the four is 0.9825, 0.0075 below the best: three times that below, and a margin of 6 %.
    assert low == pytest.approx(0.99 - 0.0225 * 1.06)
    assert high == pytest.approx(0.99 + 0.0225 * 0.06)


def test_a_log_scale_has_its_middle_at_the_geometric_mean():
    assert ChoiceScale("log", [0.001, 0.1, 0.01]).place(0.01) == pytest.approx(0.5)
    assert ChoiceScale("linear", [0, 8]).place(2) == 0.25
    assert ChoiceScale(["a", "b", "c"], ["a"]).marks() == {0.0: "a", 0.5: "b", 1.0: "c"}
    assert ChoiceScale("linear", [3, 3]).place(3) == 0.5


def test_parallel_coordinates_lead_through_the_choices_with_the_best_in_colour(rows):
    axes = plot_parallel_coordinates(rows, SCALES).axes[0]
    lines = [line for line in axes.lines if len(line.get_xdata()) == 4]
    # Trials 0, 4 and 1, by accuracy: rates 0.001, 10 and 0.01 on a log axis, widths 0, 16, 4, kinds a, a, b.
    assert [line.get_ydata()[:3] for line in lines] == [
        pytest.approx([0, 0, 0]),
        pytest.approx([1, 1, 0]),
        pytest.approx([0.25, 0.25, 1]),
    ]
    assert [line.get_color() for line in lines] == [LIGHT.muted, LIGHT.muted, LIGHT.accent]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["rate", "width", "kind", "validation accuracy"]


def test_a_slice_per_choice_rings_the_best(rows):
    figure = plot_slices(rows, rows[1], SCALES)
    drawn = {axes.get_xlabel(): axes for axes in figure.axes if axes.axison}
    assert list(drawn) == ["rate", "width", "kind"]
    assert drawn["rate"].get_xscale() == "log"
    assert [text.get_text() for text in drawn["kind"].get_xticklabels()] == ["a", "b"]
    dots, ring = drawn["width"].lines
    assert dots.get_xydata().tolist() == [[0, 0.95], [4, 0.97], [16, 0.96]]
    assert ring.get_xydata().tolist() == [[4, 0.97]]


def test_importances_stand_with_the_greatest_on_top():
    axes = plot_importances({"rate": 0.7, "width": 0.3}).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["width", "rate"]
    assert [bar.get_width() for bar in axes.patches] == [0.3, 0.7]


def test_the_page_tells_of_every_trial_that_ended(rows, tmp_path: Path):
    shares = {"rate": 0.7, "width": 0.3}
    page = write_search_report(
        tmp_path, search=SEARCH, rows=rows, best=rows[1], importances=shares, scales=SCALES
    ).read_text()
    assert "<title>Search of tiny &lt;script&gt;: 97.00 %</title>" in page
    assert "validation accuracy of trial 1, the best of 5 and so a little too good" in page
    facts = page.split('<dl class="facts">')[1].split("</dl>")[0].replace("\n", "")
    for name, value in (("Trials", "5 of 6"), ("Complete", "3"), ("Pruned", "1"), ("Failed", "1")):
        assert f"<dt>{name}</dt><dd>{value}</dd>" in facts
    assert "epoch 1: the loss is nan &amp; void" in page
    assert page.count('<img src="data:image/png;base64,') == page.count('srcset="data:image/png;base64,') == 4
    assert "http" not in page
    table = page.split('id="trials"')[1].split("</table>")[0]
    assert [line.split("</th>")[0] for line in table.split('<th scope="row">')[1:]] == ["1", "4", "0"]
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_without_importances_their_picture_is_left_out(rows, tmp_path: Path):
    page = write_search_report(tmp_path, search=SEARCH, rows=rows, best=rows[1], importances={}, scales=SCALES)
    assert page.read_text().count("<img") == 3


def test_one_trial_is_enough(tmp_path: Path):
    only = row(0, "complete", 0.9)
    page = write_search_report(tmp_path, search=SEARCH, rows=[only], best=only, importances={}, scales=SCALES)
    assert "of 1 is the best: 90.00 %" in page.read_text()


def test_an_unwritable_place_is_named(rows, tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot write the report"):
        write_search_report(tmp_path / "file", search=SEARCH, rows=rows, best=rows[1], importances={}, scales=SCALES)
