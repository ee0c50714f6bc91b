"""Draws the README's picture of speed from recognising.json and cold_start.json alone.

    python benchmarks/speed_picture.py

Writes docs/pictures/speed.png, which names the hash of what it shows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from io import BytesIO
from math import log10
from pathlib import Path
from statistics import median
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from cold_start import SECONDS_GOAL
from durations import shown
from inkdigits.reports.style import DPI, FONT, LIGHT, dress
from recognising_systems import WAYS
from recognising_table import OURS, fastest_way

HERE = Path(__file__).parent
SOURCES = (HERE / "recognising.json", HERE / "cold_start.json")
PICTURE = HERE.parent / "docs" / "pictures" / "speed.png"
SIZE = (9.6, 4.3)  # inches
THREADS = "1"
OTHERS = {"model.predict": "#c2571a", "model()": "#e0a030"}  # the rest is grey
DASHES = {"inkdigits int8": "--", "scikit-learn KNN": ":", "OpenCV kNN": "-."}
LABELS = {
    "model.predict": "Keras model.predict",
    "model()": "Keras model()",
    "inkdigits": "inkdigits read",
    "rapidocr": "RapidOCR",
    "tesseract": "Tesseract",
}
APART = 0.062  # of the axes' height, the least between two labels


def main() -> None:
    """Draws the picture."""
    PICTURE.write_bytes(picture(*(json.loads(source.read_text()) for source in SOURCES), hash_of(SOURCES)))
    print(PICTURE)


def hash_of(sources: Sequence[Path]) -> str:
    """The SHA-256 of the files one after another."""
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def picture(recognising: dict[str, Any], cold_start: dict[str, Any], source: str) -> bytes:
    """A PNG file: seconds of a call against its digits, and seconds from a command to its answer."""
    figure = Figure(figsize=SIZE, facecolor=LIGHT.surface)
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2, width_ratios=(1.5, 1))
    figure.subplots_adjust(left=0.068, right=0.985, top=0.8, bottom=0.125, wspace=0.92)
    draw_calls(left, recognising)
    draw_starts(right, cold_start)
    _title(left, one_digit_finding(recognising), f"seconds of a call, one thread; {_processor(recognising)}", 0.068)
    _title(right, cold_start_finding(cold_start), f"seconds and memory to the end; {_processor(cold_start)}", 0.655)
    buffer = BytesIO()
    figure.savefig(
        buffer, format="png", dpi=DPI, facecolor=LIGHT.surface, metadata={"Software": None, "Source": source}
    )
    return buffer.getvalue()


def _processor(results: dict[str, Any]) -> str:
    """The two need not have run on the same one."""
    return str(results["machine"]["processor"]).replace("(R)", "").removesuffix(" Processor")


def one_digit_finding(results: dict[str, Any]) -> str:
    """What the first panel shows, in a line."""
    seconds = {name: median(system["seconds"][THREADS]["1"]) for name, system in _timed(results).items()}
    ours = seconds["inkdigits"]
    if "model.predict" not in seconds:
        return f"One digit in {shown(ours)}"
    return f"One digit in {shown(ours)}, {seconds['model.predict'] / ours:.0f} times faster than model.predict"


def cold_start_finding(results: dict[str, Any]) -> str:
    """What the second panel shows, in a line."""
    system = results["systems"]["inkdigits"]
    return f"A page from a cold start: {median(system['seconds']):.2f} s, {median(system['megabytes']):.0f} MB"


def draw_calls(axes: Axes, results: dict[str, Any]) -> None:
    """A line for each system, labelled at its end, and a dot for Keras' fastest way of many."""
    dress(axes, LIGHT, xlabel="digits in a call")
    sizes = results["sizes"]
    ends = []
    for name, system in _timed(results).items():
        seconds = [median(system["seconds"][THREADS][str(size)]) for size in sizes]
        ours = name in OURS
        colour = LIGHT.accent if ours else OTHERS.get(name, LIGHT.muted)
        style = {"linewidth": 2.6 if ours else 1.5, "zorder": 4 if ours else 3}
        axes.plot(sizes, seconds, DASHES.get(name, "-"), color=colour, **style)
        axes.plot(sizes, seconds, "o", color=colour, markersize=4.5 if ours else 3, zorder=style["zorder"])
        ends.append((seconds[-1], LABELS.get(name, name) if not ours else name, colour, ours))
    if fastest := fastest_way(results, THREADS):
        axes.plot(sizes[-1], fastest[1], "D", color=OTHERS["model.predict"], markersize=5, zorder=5)
        ends.append((fastest[1], "Keras' fastest way", OTHERS["model.predict"], False))
    axes.set(xscale="log", yscale="log")
    axes.xaxis.set(major_locator=FixedLocator(sizes), minor_locator=NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda size, _: f"{size:,.0f}"))
    axes.yaxis.set(major_formatter=FuncFormatter(lambda seconds, _: _tick(seconds)), minor_locator=NullLocator())
    _label_ends(axes, ends)


def draw_starts(axes: Axes, results: dict[str, Any]) -> None:
    """A bar for each command, the quickest on top, with its seconds and megabytes."""
    dress(axes, LIGHT, xlabel="seconds")
    systems = sorted(results["systems"].items(), key=lambda item: -median(item[1]["seconds"]))
    for place, (name, system) in enumerate(systems):
        seconds, megabytes = median(system["seconds"]), median(system["megabytes"])
        colour = LIGHT.accent if name == "inkdigits" else "#b9c1cc"
        axes.barh(place, seconds, height=0.56, color=colour, zorder=3)
        text = f"{seconds:.2f} s, {megabytes:.0f} MB"
        axes.annotate(text, (seconds, place), (5, 0), textcoords="offset points", va="center", **_text(LIGHT.ink, name))
    axes.axvline(SECONDS_GOAL, color=LIGHT.accent, linewidth=1, linestyle=":", zorder=2)
    axes.annotate(
        f"goal {SECONDS_GOAL:g} s", (SECONDS_GOAL, len(systems) - 0.52), (3, 0), textcoords="offset points",
        va="center", color=LIGHT.accent, fontsize=8, fontfamily=FONT,
    )  # fmt: skip
    axes.set_yticks(range(len(systems)), [LABELS.get(name, name) for name, _ in systems])
    axes.tick_params(axis="y", labelsize=9, labelcolor=LIGHT.ink)
    axes.grid(visible=False, axis="y")
    axes.set_ylim(-0.5, len(systems) - 0.3)
    axes.set_xlim(0, 1.95 * max(median(system["seconds"]) for _, system in systems))


def spaced(heights: Sequence[float], least: float) -> list[float]:
    """The heights moved up as little as it takes to be `least` apart, from the lowest up, then down into [0, 1]."""
    order = sorted(range(len(heights)), key=heights.__getitem__)
    moved, floor = list(heights), 0.0
    for place in order:
        moved[place] = max(heights[place], floor)
        floor = moved[place] + least
    ceiling = 1.0
    for place in reversed(order):
        moved[place] = min(moved[place], ceiling)
        ceiling = moved[place] - least
    return moved


def _label_ends(axes: Axes, ends: list[tuple[float, str, str, bool]]) -> None:
    """Each line's name to the right of its end, apart from the others."""
    low, high = (log10(edge) for edge in axes.get_ylim())
    heights = [(log10(seconds) - low) / (high - low) for seconds, *_ in ends]
    for (_, name, colour, ours), height, place in zip(ends, heights, spaced(heights, APART), strict=True):
        axes.plot(
            (0.962, 1.03), (height, place), color=LIGHT.grid, linewidth=0.8, transform=axes.transAxes, clip_on=False
        )
        axes.text(
            1.04, place, name, transform=axes.transAxes, va="center", **_text(colour, "inkdigits" if ours else "")
        )


def _title(axes: Axes, title: str, subtitle: str, left: float) -> None:
    """The finding, and below it what is drawn, above the axes."""
    figure = axes.figure
    figure.text(
        left - 0.05, 0.945, title, fontsize=11, fontweight="bold", color=LIGHT.ink, fontfamily=FONT, va="center"
    )
    figure.text(left - 0.05, 0.88, subtitle, fontsize=9, color=LIGHT.muted, fontfamily=FONT, va="center")


def _text(colour: str, name: str) -> dict[str, Any]:
    weight = "bold" if name == "inkdigits" else "normal"
    return {"color": colour, "fontsize": 9, "fontfamily": FONT, "fontweight": weight}


def _tick(seconds: float) -> str:
    """A power of ten without decimals: "1 ms", "100 µs"."""
    figure, unit = shown(seconds).split()
    return f"{float(figure):g} {unit}"


def _timed(results: dict[str, Any]) -> dict[str, Any]:
    """The systems whose calls were timed with one thread."""
    return {
        name: system for name, system in results["systems"].items() if name != WAYS and THREADS in system["seconds"]
    }


if __name__ == "__main__":
    main()
