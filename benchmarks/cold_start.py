"""Seconds and memory from the command to the numbers on a page: `inkdigits read` beside RapidOCR and Tesseract.

    python benchmarks/cold_start.py --peers-python peers/bin/python

Each start is a fresh process, the systems in turn; one start of each is not counted, so the files are in the system's
cache. `import tensorflow`, which reads nothing, shows what a training framework would cost. What is not installed is
left out, and told. Memory is the largest resident size. Writes benchmarks/cold_start.json and cold_start.md. Linux and
macOS.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

# Nothing heavy is imported here: a new process has the largest size of the one that started it to begin with.
from durations import shown, spread
from machine import machine
from reading_systems import INSTALL, is_installed

HERE = Path(__file__).parent
ROOT = HERE.parent
PAGE = Path("docs") / "pictures" / "page.jpg"
SECONDS_GOAL, MEGABYTES_GOAL = 0.5, 200
RAPIDOCR = "import sys; from rapidocr import RapidOCR; print(*RapidOCR()(sys.argv[1]).txts, sep='\\n')"
TENSORFLOW = "import tensorflow"
NOTE = """\
Medians of starts in turn, with the least and the most; each a fresh process, its files in the system's cache. RapidOCR
is started from Python with its defaults, Tesseract (`--psm 6`, digits alone) by its command. The numbers on the page,
line by line: {truth}.
"""
TRUTH = ("7203 644133", "15000 3142499", "504110 86078", "9310117 4353850", "3133847 410158", "6978925 5481")


def main() -> None:
    """Starts everything that is installed in turn, and writes the seconds, megabytes and their table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--peers-python", default=sys.executable, help="the Python interpreter that has rapidocr")
    parser.add_argument("--output", type=Path, default=HERE / "cold_start.json")
    options = parser.parse_args()
    everything = commands(options.peers_python)
    present = {name: words for name, words in everything.items() if is_present(name, options.peers_python)}
    left_out = [name for name in everything if name not in present]
    for name in left_out:
        print(f"{name}: left out, not installed; {INSTALL.get(name, 'pip install tensorflow')}", file=sys.stderr)
    found: dict[str, Any] = {name: {"seconds": [], "megabytes": []} for name in present}
    for number in range(options.rounds + 1):
        for name in list(present)[:: -1 if number % 2 else 1]:
            seconds, megabytes, text = started(present[name])
            found[name]["read"] = text.splitlines()
            if number:
                found[name]["seconds"].append(seconds)
                found[name]["megabytes"].append(megabytes)
    results = {"machine": machine(), "page": PAGE.as_posix(), "rounds": options.rounds, "systems": found}
    results |= {"left_out": left_out}
    options.output.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    options.output.with_suffix(".md").write_text(markdown(results))
    print(markdown(results), end="")


def commands(peers_python: str) -> dict[str, list[str]]:
    """What is typed for each system, in the root of the checkout."""
    tesseract = ["tesseract", str(PAGE), "stdout", "--psm", "6", "-c", "tessedit_char_whitelist=0123456789"]
    return {
        "inkdigits": [sys.executable, "-m", "inkdigits", "read", str(PAGE)],
        "rapidocr": [peers_python, "-c", RAPIDOCR, str(PAGE)],
        "tesseract": tesseract,
        TENSORFLOW: [sys.executable, "-c", TENSORFLOW],
    }


def is_present(name: str, peers_python: str) -> bool:
    """Whether the system can be started."""
    if name == TENSORFLOW:
        return subprocess.run([sys.executable, "-c", TENSORFLOW], capture_output=True, check=False).returncode == 0
    return is_installed(name, peers_python if name == "rapidocr" else sys.executable)


def started(words: list[str]) -> tuple[float, float, str]:
    """The seconds until the command has ended, its largest resident size in megabytes (10^6 bytes), what it printed."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    start = time.perf_counter()
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT, env=environment
    )
    assert process.stdout is not None
    with process.stdout as stream:
        text = stream.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{words[0]}: ended with {process.returncode}; try {' '.join(words)}")
    return seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6, text


def markdown(results: dict[str, Any]) -> str:
    """A row for each system, the goal beside inkdigits."""
    machine, rounds = results["machine"], results["rounds"]
    where = f"{machine['cores']} cores of {machine['processor']}, {rounds} start{'' if rounds == 1 else 's'} each."
    head = ("command", "time", "MB", "goal", "lines read right")
    rows = [row(name, system) for name, system in results["systems"].items()]
    parts = ["<!-- Written by benchmarks/cold_start.py from cold_start.json. -->", where]
    parts.append(NOTE.format(truth=", ".join(f"`{line}`" for line in TRUTH)).strip())
    if results["left_out"]:
        parts.append(f"Left out, for it was not installed: {', '.join(results['left_out'])}.")
    lines = (head, ("---", "---:", "---:", "---", "---:"), *rows)
    parts.append("\n".join(f"| {' | '.join(cells)} |" for cells in lines))
    return "\n\n".join(parts) + "\n"


def row(name: str, system: dict[str, Any]) -> tuple[str, ...]:
    """One system's cells."""
    seconds, megabytes = median(system["seconds"]), median(system["megabytes"])
    goal = ""
    if name == "inkdigits":
        met = "met" if seconds <= SECONDS_GOAL and megabytes <= MEGABYTES_GOAL else "missed"
        goal = f"≤ {shown(SECONDS_GOAL)}, ≤ {MEGABYTES_GOAL} MB: {met}"
    label = {"inkdigits": "`inkdigits read`", TENSORFLOW: f"`{TENSORFLOW}`"}.get(name, name)
    right = "" if name == TENSORFLOW else f"{lines_right(system['read'])}/{len(TRUTH)}"
    return label, spread(system["seconds"]), f"{megabytes:.0f}", goal, right


def lines_right(read: list[str]) -> int:
    """How many of the page's lines are in what was read, where a line may have been told number by number."""
    text = f" {' '.join(read)} "
    return sum(f" {line} " in text for line in TRUTH)


if __name__ == "__main__":
    main()
