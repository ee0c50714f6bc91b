"""Tables for the terminal and for markdown."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from rich.console import Console
from rich.table import Table

from inkdigits.reports import wording
from inkdigits.reports.tables import comparison_markdown, comparison_table, scores_table

ROWS: list[dict[str, Any]] = [
    {
        "recipe": "cnn-dropout",
        "variant_of": None,
        "parameters": 34826,
        "seeds": 3,
        "metric": "accuracy",
        "published": 0.9924,
        "mean": 0.99263,
        "spread": 0.00047,
        "ahead": "ours",
    },
    {
        "recipe": "cnn-dropout",
        "variant_of": None,
        "parameters": 34826,
        "seeds": 3,
        "metric": "loss",
        "published": 0.0235,
        "mean": 0.02413,
        "spread": 0.00118,
        "ahead": "theirs",
    },
    {
        "recipe": "cnn-augmented",
        "variant_of": "cnn-dropout",
        "parameters": 34826,
        "seeds": 1,
        "metric": "macro recall",
        "published": None,
        "mean": 0.9951,
        "spread": None,
        "ahead": None,
    },
]


def shown(table: Table, width: int = 120) -> list[list[str]]:
    buffer = StringIO()
    Console(file=buffer, width=width, color_system=None).print(table)
    return [line.replace("\u00a0", "_").split() for line in buffer.getvalue().splitlines() if line.strip()]


def test_the_comparison_as_markdown() -> None:
    assert comparison_markdown(ROWS).replace("\u00a0", "_") == (
        "| recipe | parameters | seeds | score | published | measured | ahead |\n"
        "| --- | ---: | ---: | --- | ---: | ---: | --- |\n"
        "| cnn-dropout | 34,826 | 3 | accuracy | 99.24 % | **99.26 ± 0.05 %** | ours |\n"
        "|  |  |  | loss | **0.0235** | 0.0241 ± 0.0012 | theirs |\n"
        "| ↳ cnn-augmented | 34,826 | 1 | macro recall | – | 99.51 % | – |\n"
    )


def test_the_comparison_in_the_terminal() -> None:
    lines = [" ".join(line) for line in shown(comparison_table(ROWS))]
    assert lines == [
        "recipe parameters seeds score published measured ahead",
        "cnn-dropout 34,826 3 accuracy 99.24 % 99.26 ± 0.05 % ours",
        "loss 0.0235 0.0241 ± 0.0012 theirs",
        "↳ cnn-augmented 34,826 1 macro recall – 99.51 % –",
    ]


def test_an_empty_comparison_is_only_a_head() -> None:
    assert comparison_markdown([]).count("\n") == 2
    assert comparison_table([]).row_count == 0


def test_the_scores_in_the_terminal(evaluation: dict[str, Any]) -> None:
    lines = [" ".join(line) for line in shown(scores_table(evaluation), width=80)]
    assert lines[0] == "mnist/test: accuracy 90.00 % (95 % interval 76.95 to 96.04 %)"
    assert lines[1] == "4 errors of 40, loss 0.3126, calibration error 1.23 %"
    assert lines[2] == "For 1 error in 10,000, a person must look at the 77.50 % least sure"
    assert lines[3] == "class precision recall F1 images"
    assert lines[4] == "0 91.00 % 92.00 % 93.00 % 4"
    assert lines[14] == "macro average 91.11 % 92.22 % 93.33 % 40"
    assert lines[15] == "weighted average 94.44 % 95.55 % 96.66 % 40"
    assert lines[16].startswith("most often read wrong: 4 as 9 (2), 7 as 1 (1), 9 as 4 (1)")
    surest = evaluation["mistakes"][0]
    assert lines[17].startswith(f"surest mistake: image {surest['index']}, {surest['truth']} read as")
    assert len(lines) == 18


def test_without_mistakes_nothing_is_said_of_them(evaluation: dict[str, Any]) -> None:
    spotless = {**evaluation, "mistakes": [], "top_confusions": []}
    assert "mistake" not in str(shown(scores_table(spotless), width=80))


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(1.23, "1.2 s"), (51.2, "51 s"), (59.7, "1 min 0 s"), (725, "12 min 5 s"), (7500, "2 h 5 min")],
)
def test_durations(seconds: float, written: str) -> None:
    assert wording.duration(seconds) == written


def test_numbers() -> None:
    assert wording.percent(0.99243) == "99.24 %"
    assert wording.loss(0.02354) == "0.0235"
    assert wording.count(1234567) == "1,234,567"
    assert [wording.times(1), wording.times(11)] == ["once", "11 times"]


def test_a_line_tells_of_disputed_labels(evaluation: dict[str, Any]) -> None:
    disputed = {"disputed": 15, "images": 9985, "errors": 28, "accuracy": 9957 / 9985, "accuracy_interval": [0.99, 1.0]}
    lines = [" ".join(line) for line in shown(scores_table({**evaluation, "without_disputed": disputed}), width=80)]
    assert lines[3] == "without 15 images of disputed label: accuracy 99.72 % (28 errors of 9,985)"
    assert "disputed" not in str(shown(scores_table(evaluation), width=80))
