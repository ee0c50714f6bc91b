"""The table of reading.json, as Markdown."""

from __future__ import annotations

from typing import Any

HEADER = (
    *("system", "errors", "error rate", "errors, order lent", "exact lines", "invented", "turns found"),
    *("ms, 1 core", "ms, 2 cores", "peak MiB"),
)


NOTE = """\
Errors are the edit distance over the digits in reading order; spaces and rejected marks don't count. RapidOCR tells
places and no order: its boxes are put in order by line, then from left to right; "order lent" is what is left when the
one of four turns that serves it best is used for that. Tesseract's time holds the start of its command. Times
are medians over the pages.
"""


def markdown(results: dict[str, Any]) -> str:
    """A section for each folder with one table for the pages as photographed and one for the pages turned upright."""
    parts = ["<!-- Written by benchmarks/reading.py from reading.json. -->\n", NOTE]
    for name, folder in results["folders"].items():
        machine = folder["machine"]
        size = f"{folder['pages']} pages, {folder['digits']} digits"
        parts.append(f"## {name}: {size}, on {machine['cores']} cores of {machine['processor']}\n")
        for way in ("as photographed", "upright"):
            rows = [_row(f"{s} ({found['version']})", found[way], folder) for s, found in folder["systems"].items()]
            parts.append(f"{way.capitalize()}:\n")
            parts.append("\n".join([_line(HEADER), _line(["---"] + ["---:"] * (len(HEADER) - 1)), *rows]) + "\n")
    return "\n".join(parts)


def _row(label: str, by_cores: dict[str, Any], folder: dict[str, Any]) -> str:
    first = next(iter(by_cores.values()))
    turns = f"{first['turns_right']}/{folder['pages']}" if "turns_right" in first else ""
    cells = [label, f"{first['errors']}", f"{first['error_rate']:.1%}", str(first.get("errors_in_best_order", ""))]
    cells += [f"{first['exact_lines']}/{first['lines']}", f"{first['invented']}", turns]
    cells += [f"{by_cores[n]['seconds_a_page'] * 1000:.0f}" if n in by_cores else "" for n in ("1", "2")]
    return _line([*cells, f"{max(facts['peak_mib'] for facts in by_cores.values()):.0f}"])


def _line(cells: list[str] | tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"
