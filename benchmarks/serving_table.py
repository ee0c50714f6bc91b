"""The table of serving.json, as Markdown."""

from __future__ import annotations

from typing import Any

from serving_load import LOST

NOTE = """\
Asked over kept connections by a client on the same cores. Milliseconds count from when a question was due. Wrong is
what is not answered as the library answers it.
"""
PHASES = {
    "classify": ("/v1/classify, as fast as it goes", "1,500 a second, no error"),
    "classify_half_load": ("/v1/classify, half of that asked", "p99 under 50 ms"),
    "read": ("/v1/read of the sample pages, as fast as it goes", "25 a second"),
    "read_overload": ("/v1/read, four times that asked", "503 at once"),
    "read_after_overload": ("/v1/read just after, half asked", "no error"),
    "classify_worker_killed": ("/v1/classify while a worker is killed", "only what it held is lost"),
}
HEADER = (
    "load",
    "asked a second",
    "answered a second",
    "p50 ms",
    "p99 ms",
    "503",
    "503 p99 ms",
    "lost",
    "other",
    "wrong",
)


def markdown(results: dict[str, Any]) -> str:
    """A row for each phase beside what is wanted of it, and a sentence about the soak."""
    machine = results["machine"]
    cores = f"{machine['cores']} cores of {machine['processor']}"
    where = f"inkdigits {results['version']}, {results['workers']} workers, {cores}"
    rows = [_row((*HEADER, "wanted")), _row(("---",) + ("---:",) * (len(HEADER) - 1) + ("---",))]
    rows += [_row(_cells(name, results[name])) for name in PHASES]
    parts = ["<!-- Written by benchmarks/serving.py from serving.json. -->", f"{where}.\n\n{NOTE}", "\n".join(rows)]
    if soak := results.get("soak"):
        asked = " and ".join(
            f"{soak[kind]['asked_a_second']:g} a second of /v1/{kind}" for kind in ("classify", "read")
        )
        parts.append(
            f"{soak['minutes']:g} minutes of {asked}: {soak['mebibytes'][-1]} MiB in the workers at the end, "
            f"{soak['growth_mebibytes']:+g} MiB since the first tenth; {_errors(soak)} errors."
        )
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _cells(name: str, found: dict[str, Any]) -> tuple[str, ...]:
    load, wanted = PHASES[name]
    answers = {int(status): count for status, count in found["answers"].items()}
    other = sum(count for status, count in answers.items() if status not in (200, 503, LOST))
    figures = (found.get("asked_a_second"), found["a_second"], found["p50_ms"], found["p99_ms"])
    counts = (answers.get(503, 0), found.get("refused_p99_ms"), answers.get(LOST, 0), other, found["wrong"])
    return (load, *("" if one is None else f"{one:,g}" for one in (*figures, *counts)), wanted)


def _errors(soak: dict[str, Any]) -> int:
    return sum(
        count for kind in ("classify", "read") for status, count in soak[kind]["answers"].items() if status != "200"
    )


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"
