"""Writes the table of results/ into README.md, between its two marks."""

from __future__ import annotations

import re
from pathlib import Path

from inkdigits.experiments.results import collect, comparison
from inkdigits.reports.tables import comparison_markdown

ROOT = Path(__file__).parents[1]
MARKS = "<!-- results -->", "<!-- /results -->"


def with_results(text: str) -> str:
    """`text` with the present comparison between the marks."""
    table = comparison_markdown(comparison(collect(ROOT / "results"))).strip()
    pattern = re.escape(MARKS[0]) + ".*?" + re.escape(MARKS[1])
    return re.sub(pattern, lambda _: f"{MARKS[0]}\n{table}\n{MARKS[1]}", text, count=1, flags=re.DOTALL)


if __name__ == "__main__":
    readme = ROOT / "README.md"
    readme.write_text(with_results(readme.read_text()))
