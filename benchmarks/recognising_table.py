"""The tables of recognising.json, as Markdown, and what of its goals is met."""

from __future__ import annotations

from statistics import median
from typing import Any, NamedTuple

from durations import shown, spread
from recognising_systems import NEIGHBOURS, WAYS

OURS = ("inkdigits", "inkdigits int8")
ONE_GOAL = 150e-6  # seconds from a drawing to probabilities, on one thread
PREDICT_GOAL, MANY_GOAL = 250, 5  # times faster than model.predict of one digit, and than Keras' fastest way of many
NOTE = f"""\
Medians of rounds in turn, with the least and the most, each round the median of repeated calls in a process of its own.
inkdigits is given raw ink, and finds, centres and scales it; the others are given pixels that are so already, as
numbers from 0 to 1. Keras runs the same network, without softmax. {{known:,}} training images are the support vectors'
choice and the {NEIGHBOURS} neighbours': all 60,000 would cost the neighbours six times as much.
"""


class Goal(NamedTuple):
    """What is wanted, and for each of `OURS` what was measured and whether that meets it."""

    what: str
    wanted: str
    measured: dict[str, tuple[str, bool]]


def markdown(results: dict[str, Any]) -> str:
    """The goals, a table for each number of threads, and Keras' ways beside each other."""
    machine, rounds = results["machine"], results["rounds"]
    where = f"{machine['cores']} cores of {machine['processor']}, {rounds} round{'' if rounds == 1 else 's'}."
    parts = ["<!-- Written by benchmarks/recognising.py from recognising.json. -->", where]
    parts += [NOTE.format(known=results["known_images"]).strip()]
    if results["left_out"]:
        parts.append(f"Left out, for it was not installed: {', '.join(results['left_out'])}.")
    ours = [name for name in OURS if name in results["systems"]]
    rows = [
        (goal.what, goal.wanted, *(f"{value}: {'met' if met else 'missed'}" for value, met in goal.measured.values()))
        for goal in goals(results)
    ]
    if rows:
        parts.append(_table(("goal", "wanted", *ours), rows, numbers=0))
    for threads in _thread_counts(results):
        parts.append(f"A call with so many digits, {_threads(threads)}:")
        parts.append(_calls(results, threads))
    if WAYS in results["systems"]:
        parts.append(f"Keras' ways of recognising {results['sizes'][-1]:,} digits:")
        parts.append(_ways(results["systems"][WAYS]["seconds"]))
    return "\n\n".join(parts) + "\n"


def goals(results: dict[str, Any]) -> list[Goal]:
    """Every goal whose figures are there."""
    found = []
    ours = {name: results["systems"][name]["seconds"] for name in OURS if name in results["systems"]}
    one = {name: seconds["1"] for name, seconds in ours.items() if "1" in seconds}
    for size, what in (("1", "one digit of 28 × 28 pixels"), ("drawing", "one drawing of 224 × 224 pixels")):
        seconds = {name: median(sizes[size]) for name, sizes in one.items() if size in sizes}
        if seconds:
            measured = {name: (shown(value), value <= ONE_GOAL) for name, value in seconds.items()}
            found.append(Goal(f"{what} to probabilities, one thread", f"≤ {shown(ONE_GOAL)}", measured))
    predict = _seconds(results, "model.predict", "1", "1")
    if predict is not None and all("1" in sizes for sizes in one.values()):
        measured = _ratios(predict, {name: median(sizes["1"]) for name, sizes in one.items()}, PREDICT_GOAL)
        found.append(Goal("one digit, faster than `model.predict`, one thread", f"≥ {PREDICT_GOAL} times", measured))
    most = str(results["sizes"][-1])
    for threads in _thread_counts(results):
        many = {name: median(seconds[threads][most]) for name, seconds in ours.items()}
        for precision in ("float32", "bfloat16"):
            fastest = fastest_way(results, threads, precision)
            if fastest and many:
                what = f"{int(most):,} digits, faster than Keras' fastest way in {precision}, {_threads(threads)}"
                found.append(Goal(what, f"≥ {MANY_GOAL} times", _ratios(fastest[1], many, MANY_GOAL)))
    return found


def fastest_way(results: dict[str, Any], threads: str, precision: str = "") -> tuple[str, float] | None:
    """Keras' fastest way of recognising the most digits whose name holds `precision`, and its median seconds."""
    ways = results["systems"].get(WAYS, {}).get("seconds", {}).get(threads, {})
    medians = {way: median(seconds) for way, seconds in ways.items() if precision in way}
    return min(medians.items(), key=lambda item: item[1]) if medians else None


def _ratios(theirs: float, ours: dict[str, float], goal: float) -> dict[str, tuple[str, bool]]:
    """How many times faster each of ours is."""
    return {name: (f"{theirs / seconds:.3g} times", theirs / seconds >= goal) for name, seconds in ours.items()}


def _calls(results: dict[str, Any], threads: str) -> str:
    """A row for each system."""
    sizes = results["sizes"]
    rows = []
    for name, system in results["systems"].items():
        if name != WAYS and threads in system["seconds"]:
            cells = [spread(system["seconds"][threads][str(size)]) for size in sizes]
            right = f"{system['right']:.2%}" if "right" in system else ""
            rows.append((f"{name} ({system['version']})", *cells, right))
    return _table(("system", *(f"{size:,}" for size in sizes), "right"), rows, numbers=len(sizes) + 1)


def _ways(seconds: dict[str, dict[str, list[float]]]) -> str:
    """A row for each way, the fastest first."""
    first = next(iter(seconds.values()))
    names = sorted(first, key=lambda way: median(first[way]))
    rows = [(name, *(spread(by_way[name]) for by_way in seconds.values())) for name in names]
    return _table(("way", *(_threads(threads) for threads in seconds)), rows, numbers=len(seconds))


def _seconds(results: dict[str, Any], name: str, threads: str, size: str) -> float | None:
    rounds = results["systems"].get(name, {}).get("seconds", {}).get(threads, {}).get(size)
    return None if rounds is None else median(rounds)


def _thread_counts(results: dict[str, Any]) -> list[str]:
    return sorted({threads for system in results["systems"].values() for threads in system["seconds"]}, key=int)


def _threads(count: str) -> str:
    return {"1": "one thread", "2": "two threads"}.get(count, f"{count} threads")


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]], numbers: int) -> str:
    """Markdown, the last `numbers` columns set to the right."""
    rules = ["---"] * (len(head) - numbers) + ["---:"] * numbers
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rules, *rows))
