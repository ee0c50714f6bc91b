"""The table of reading.json, as Markdown."""

from __future__ import annotations

from typing import Any

HEADER = (
    *("system", "errors", "error rate", "errors, order lent", "exact lines", "invented", "turns found"),
    *("ms, 1 core", "ms, 2 cores", "peak MiB"),
)


def markdown(results: dict[str, Any]) -> str:
    """A section for each folder with one table for the pages as photographed and one for the pages turned upright."""
    parts = ["<!-- Written by benchmarks/reading.py from reading.json. -->\n"]
    for name, folder in results["folders"].items():
        machine = folder["machine"]
        digits = next(iter(next(iter(folder["systems"].values()))["upright"].values()))["digits"]
        parts.append(f"## {name}: {folder['pages']} pages, {digits} digits; on {machine['cores']} cores of {machine['processor']}\n")
        for way in ("as photographed", "upright"):
            rows = [_row(f"{s} {found['version']}", found[way], folder) for s, found in folder["systems"].items()]
            parts.append(f"{way.capitalize()}:\n")
            parts.append("\n".join([_line(HEADER), _line(["---"] + ["---:"] * (len(HEADER) - 1)), *rows]) + "\n")
    return "\n".join(parts)


def _row(label: str, by_cores: dict[str, Any], folder: dict[str, Any]) -> str:
    first = next(iter(by_cores.values()))
    turns = f"{first['turns_right']}/{folder['pages']}" if "turns_right" in first else ""
    cells = [label, f"{first['errors']}", f"{first['error_rate']:.1%}", str(first.get("errors_in_best_order", ""))]
    cells += [f"{first['exact_lines']}/{first['lines']}", f"{first['invented']}", turns]
    seconds = (by_cores.get(cores, {}).get("seconds_a_page") for cores in ("1", "2"))
    cells += ["" if value is None else f"{value * 1000:.0f}" for value in seconds]
    return _line([*cells, f"{max(facts['peak_mib'] for facts in by_cores.values()):.0f}"])


def _line(cells: list[str] | tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"
