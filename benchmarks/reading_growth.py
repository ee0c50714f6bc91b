"""How the seconds to read a page grow with the digits on it: inkdigits beside RapidOCR and Tesseract.

    python benchmarks/reading_growth.py --peers-python peers/bin/python

Pages are those of pages.py, 720 by 960 pixels throughout, with two columns of small numbers, from a line to a page
that is full. Every system reads all of them in a process of its own, in turn, on one core and on two. What is not
installed is left out, and told. Writes benchmarks/reading_growth.json and reading_growth.md.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from durations import spread
from machine import machine
from pages import Page, make_page
from reading import in_own_process
from reading_scores import score
from reading_systems import INSTALL, is_installed
from synthetic.style import GRADES

HERE = Path(__file__).parent
NAMES = ("inkdigits", "rapidocr use_cls=False", "tesseract --psm 6")
GRIDS = ((1, 5), (3, 5), (5, 10), (15, 10), (36, 14))  # lines of two numbers, and digits in a number
NOTE = """\
Medians of rounds in turn, with the least and the most: from the file to the text, in a process that has read one page
before. Errors are the edit distance over the digits in reading order.
"""


def main() -> None:
    """Draws the pages, has them read in rounds, and writes the seconds and their table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cores", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--systems", nargs="+", choices=NAMES, default=NAMES, metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--peers-python", default=sys.executable, help="the Python interpreter that has rapidocr")
    parser.add_argument("--output", type=Path, default=HERE / "reading_growth.json")
    options = parser.parse_args()
    pythons = {name: options.peers_python if "rapidocr" in name else sys.executable for name in options.systems}
    left_out = [name for name in pythons if not is_installed(name, pythons[name])]
    for name in left_out:
        print(f"{name}: left out, not installed; {INSTALL[name.split()[0]]}", file=sys.stderr)
    present = [name for name in options.systems if name not in left_out]
    pages = growing_pages()
    found: dict[str, Any] = {name: {"seconds": {}, "errors": {}} for name in present}
    job = argparse.Namespace(rounds=1, bundle=None, peers_python=options.peers_python)
    with tempfile.TemporaryDirectory() as folder:
        paths = {count: str(Path(folder, f"{count}.jpg")) for count in pages}
        for count, page in pages.items():
            Path(paths[count]).write_bytes(page.data)
        for number in range(options.rounds):
            for cores in options.cores:
                for name in present[:: -1 if number % 2 else 1]:
                    add(found[name], cores, in_own_process(name, paths, cores, job), pages)
                    print(f"round {number + 1}, cores {cores}: {name}", flush=True)
    results = {"machine": machine(), "rounds": options.rounds, "digits": list(pages), "systems": found}
    results |= {"left_out": left_out}
    options.output.write_text(json.dumps(results, indent=1) + "\n")
    options.output.with_suffix(".md").write_text(markdown(results))
    print(markdown(results), end="")


def growing_pages() -> dict[str, Page]:
    """A page for each grid by the number of its digits."""
    pages = {}
    for lines, digits in GRIDS:
        style = replace(GRADES["crowded"], lines=(lines, lines), digits=(digits, digits))
        page = make_page(style, np.random.default_rng(0))
        pages[str(sum(mark.kind == "digit" for mark in page.marks))] = page
    return pages


def add(system: dict[str, Any], cores: int, answer: dict[str, Any], pages: dict[str, Page]) -> None:
    """Puts a round's answer with those of the rounds before."""
    system["version"] = answer["version"]
    for count, page in answer["pages"].items():
        by_count = system["seconds"].setdefault(str(cores), {})
        by_count.setdefault(count, []).extend(page["seconds"])
        system["errors"][count] = score(pages[count].lines, page["orders"][0]).errors


def markdown(results: dict[str, Any]) -> str:
    """A row for each system and number of cores, a column for each page."""
    machine, digits = results["machine"], results["digits"]
    head = ("system", "cores", *(f"{int(count):,} digits" for count in digits))
    rows = []
    for name, system in results["systems"].items():
        label = f"{name} ({system['version']})"
        for cores, seconds in system["seconds"].items():
            rows.append((label, cores, *(spread(seconds[count]) for count in digits)))
        rows.append((f"{name}: errors", "", *(str(system["errors"][count]) for count in digits)))
    lines = (head, ("---", *["---:"] * (len(head) - 1)), *rows)
    where = f"{machine['cores']} cores of {machine['processor']}."
    parts = ["<!-- Written by benchmarks/reading_growth.py from reading_growth.json. -->", where, NOTE.strip()]
    if results["left_out"]:
        parts.append(f"Left out, for it was not installed: {', '.join(results['left_out'])}.")
    parts.append("\n".join(f"| {' | '.join(cells)} |" for cells in lines))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    main()
