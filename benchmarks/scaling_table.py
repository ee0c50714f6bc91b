"""The table of scaling.json, and the plan of a billion images that follows from it, as Markdown."""

from __future__ import annotations

import re
from typing import Any

NOTE = """\
The plain loop is one process that does nothing but read. A worker is an actor and the process that reads for it; its
rate counts from the first parts on, without the start. The last column is the driver's memory at the first part,
half-way and at the end.
"""
BILLION = 10**9
CORES = 16  # of a node
DOLLARS = 0.05  # a core-hour, about what clouds ask for one with 4 GiB, on demand
SIZES = (10, 100, 500)  # nodes
_PLAN = re.compile("(?<=<!-- plan -->\n).*?(?=<!-- /plan -->)", re.DOTALL)


def markdown(results: dict[str, Any]) -> str:
    """A row for each way of reading, and a sentence about listing."""
    machine = results["machine"]
    cores = f"{machine['cores']} cores of {machine['processor']}"
    header = (
        "images",
        "read by",
        "number",
        "images a second",
        "of the plain loop",
        "s to the first part",
        "driver MiB",
    )
    rows = [_row(header), _row(("---", "---", "---:", "---:", "---:", "---:", "---:"))]
    rows += [_row(_cells(kind, way, results[kind])) for kind in ("digits", "pages") for way in ("plain", "1", "2")]
    listing = results["listing"]
    parts = [
        "<!-- Written by benchmarks/scaling.py from scaling.json. -->",
        f"inkdigits {results['version']}, Ray {results['ray']}, {cores}.",
        NOTE,
        "\n".join(rows),
        f"A folder of {listing['names']:,} files is listed at {listing['a_second']:,} names a second, "
        f"with {listing['mebibytes']} MiB.",
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def with_plan(guide: str, results: dict[str, Any]) -> str:
    """The guide with the plan that follows from the results between its marks."""
    return _PLAN.sub(lambda _: f"{plan(results)}\n", guide)


def plan(results: dict[str, Any]) -> str:
    """What a billion images take on nodes of `CORES` cores, each of which does what a core did here."""
    rows = [_row(("images", "a core, a second", "core-hours", "cost", *(f"{nodes} nodes" for nodes in SIZES)))]
    rows.append(_row(("---", *["---:"] * (3 + len(SIZES)))))
    for kind in ("digits", "pages"):
        rate = results[kind]["2"]["a_second"] / 2
        hours = BILLION / rate / 3600
        days = [f"{_time(hours / nodes / CORES)}" for nodes in SIZES]
        rows.append(_row((f"a billion {kind}", f"{rate:,.1f}", f"{hours:,.0f}", f"${hours * DOLLARS:,.0f}", *days)))
    return "\n".join(rows)


def _cells(kind: str, way: str, found: dict[str, Any]) -> tuple[str, ...]:
    one = found[way]
    share = f"{one['a_second'] / found['plain']['a_second']:.0%}"
    if way == "plain":
        return kind, "the plain loop", f"{one['images']:,}", f"{one['a_second']:,}", share, "", ""
    held = one["driver_mebibytes"]
    workers = f"{way} worker{'s' if way != '1' else ''}"
    memory = f"{held[0]}, {held[5]}, {held[10]}"
    return kind, workers, f"{one['images']:,}", f"{one['a_second']:,}", share, f"{one['first_part_seconds']}", memory


def _time(hours: float) -> str:
    return f"{hours:.1f} hours" if hours < 48 else f"{hours / 24:.1f} days"


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"
