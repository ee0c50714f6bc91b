"""Scores and comparisons as tables for the terminal, and comparisons as markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from inkdigits.reports import wording

TITLE_WIDTH = 76  # columns; room for the title on lines of its own, within a terminal of 80
HEADINGS = ("recipe", "parameters", "seeds", "score", "published", "measured", "ahead")


def scores_table(evaluation: Mapping[str, Any]) -> Table:
    """The scores of one evaluation: of each class, their averages, and overall in the title."""
    table = Table(title=_scores_title(evaluation), title_justify="left", box=None, min_width=TITLE_WIDTH)
    for heading in ("class", "precision", "recall", "F1", "images"):
        table.add_column(heading, justify="left" if heading == "class" else "right", no_wrap=True)
    for row in evaluation["per_class"]:
        table.add_row(row["label"], *_three(row), wording.count(row["support"]))
    table.add_section()
    for kind in ("macro", "weighted"):
        images = wording.count(evaluation["dataset"]["images"])
        table.add_row(f"{kind} average", *_three(evaluation[kind]), images, style="bold")
    table.caption = _scores_caption(evaluation)
    table.caption_justify = "left"
    return table


def _scores_caption(evaluation: Mapping[str, Any]) -> str | None:
    """The most frequent confusions and the most confident mistake, or None without any."""
    names = [row["label"] for row in evaluation["per_class"]]
    if not evaluation["mistakes"]:
        return None
    often = ", ".join(
        f"{names[pair['truth']]} as {names[pair['predicted']]} ({wording.count(pair['count'])})"
        for pair in evaluation["top_confusions"][:5]
    )
    surest = evaluation["mistakes"][0]
    return (
        f"most often read wrong: {often}\n"
        f"surest mistake: image {surest['index']}, {names[surest['truth']]} read as {names[surest['predicted']]} "
        f"with {wording.percent(surest['confidence'])}"
    )


def _scores_title(evaluation: Mapping[str, Any]) -> str:
    images = wording.count(evaluation["dataset"]["images"])
    return (
        f"{evaluation['dataset']['name']}: accuracy {wording.percent(evaluation['accuracy'])} "
        f"(95 % interval {wording.interval(*evaluation['accuracy_interval'])})\n"
        f"{wording.count(evaluation['errors'])} errors of {images}, loss {wording.loss(evaluation['loss'])}, "
        f"calibration error {wording.percent(evaluation['expected_calibration_error'])}\n"
        f"{wording.review(evaluation['review'])}"
        f"{_undisputed(evaluation)}"
    )


def _undisputed(evaluation: Mapping[str, Any]) -> str:
    """A line on the accuracy without disputed labels, where there are some."""
    if "without_disputed" not in evaluation:
        return ""
    found = evaluation["without_disputed"]
    return (
        f"\nwithout {found['disputed']} images of disputed label: accuracy {wording.percent(found['accuracy'])} "
        f"({wording.count(found['errors'])} errors of {wording.count(found['images'])})"
    )


def _three(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return wording.percent(row["precision"]), wording.percent(row["recall"]), wording.percent(row["f1"])


def comparison_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """What recipes reached against what their authors published; a variant stands indented.

    A row has "recipe", "variant_of" (or None), "parameters", "seeds", "metric" ("accuracy", "loss" or
    "macro recall"), "published" (or None), "mean", "spread" (standard deviation, or None), and "ahead"
    ("ours", "theirs", "level" or None).
    """
    table = Table(box=None)
    for heading in HEADINGS:
        left = heading in ("recipe", "score", "ahead")
        table.add_column(heading, justify="left" if left else "right", no_wrap=True)
    for cells, row in zip(_cells(rows), rows, strict=True):
        style = {"ours": "green", "theirs": "red"}.get(row["ahead"] or "", "")
        table.add_row(*map(Text, cells[:-1]), Text(cells[-1], style=style))
    return table


def comparison_markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    """The same comparison as a markdown table, ending in a newline; the better figure is bold."""
    lines = [f"| {' | '.join(HEADINGS)} |", "| --- | ---: | ---: | --- | ---: | ---: | --- |"]
    for cells, row in zip(_cells(rows), rows, strict=True):
        written = list(cells)
        better = {"theirs": 4, "ours": 5}.get(row["ahead"] or "")
        if better is not None:
            written[better] = f"**{written[better]}**"
        lines.append(f"| {' | '.join(written)} |")
    return "\n".join(lines) + "\n"


def _cells(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    cells: list[tuple[str, ...]] = []
    previous = None
    for row in rows:
        # The second score of a recipe does not repeat what the line above says.
        name = "↳ " * bool(row["variant_of"]) + row["recipe"]
        parameters = wording.count(row["parameters"])
        who = (name, parameters, str(row["seeds"]))
        cells.append((*(("", "", "") if who == previous else who), *_figures(row)))
        previous = who
    return cells


def _figures(row: Mapping[str, Any]) -> tuple[str, str, str, str]:
    write = wording.loss if row["metric"] == "loss" else wording.percent
    published = "–" if row["published"] is None else write(row["published"])
    measured = write(row["mean"])
    if row["spread"] is not None and row["seeds"] > 1:
        number, _, unit = measured.partition(" ")
        spread = write(row["spread"]).partition(" ")[0]
        measured = f"{number} ± {spread} {unit}".rstrip()
    return row["metric"], published, measured, row["ahead"] or "–"
