"""Errors, seconds and memory of reading a folder of photographs: inkdigits beside Tesseract and RapidOCR.

    python benchmarks/reading.py photos --turns page_0.png=270,page_3.png=270 --peers-python peers/bin/python

The folder holds images and a truth.json, {"page.png": ["line one", "12 34"], ...}; pages that lie on their side are
named in its turns.json, {"page.png": 270}, or by --turns: the clockwise degrees that set the writing upright. Every
system reads the pages as photographed and turned upright by hand, on one core and on two, each time in a process of its
own. Spaces and marks shown as rejected don't count. Puts the folder into benchmarks/reading.json and writes reading.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from machine import machine
from reading_scores import digits_of, score, summary
from reading_systems import INSTALL, SYSTEMS, is_installed
from reading_table import markdown

HERE = Path(__file__).parent
NAMES = ("inkdigits", *SYSTEMS)


def main() -> None:
    """Reads the options, runs what is installed, writes scores and table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--turns", type=turns_of, help="PAGE=DEGREES,... in place of the folder's turns.json")
    parser.add_argument("--systems", nargs="+", choices=NAMES, default=NAMES, metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--cores", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=5, help="timed readings of each page, after one that is not")
    parser.add_argument("--bundle", help="the bundle that inkdigits reads with, in place of the one that ships")
    parser.add_argument("--peers-python", default=sys.executable, help="the Python interpreter that has rapidocr")
    parser.add_argument("--show", action="store_true", help="print the pages that were misread")
    parser.add_argument("--output", type=Path, default=HERE / "reading.json")
    options = parser.parse_args()
    truth, turns = load_truth(options.folder)
    turns = turns if options.turns is None else options.turns
    if unknown := set(turns) - set(truth):
        sys.exit(f"{sorted(unknown)[0]}: has a turn but no line in {options.folder / 'truth.json'}")
    with tempfile.TemporaryDirectory() as upright:
        paths = {page: str(options.folder / page) for page in truth}
        ways = {"as photographed": (paths, turns), "upright": (turned_upright(paths, turns, Path(upright)), {})}
        found = measure(options, truth, ways)
    results = json.loads(options.output.read_text()) if options.output.exists() else {"folders": {}}
    digits = sum(len(line) for lines in truth.values() for line in digits_of(lines))
    folder = {"machine": machine(), "pages": len(truth), "digits": digits, "rounds": options.rounds, "systems": found}
    results["folders"][options.folder.resolve().name] = folder
    options.output.write_text(json.dumps(results, indent=1) + "\n")
    options.output.with_suffix(".md").write_text(markdown(results))
    print(f"written to {options.output} and {options.output.with_suffix('.md')}")


def turns_of(text: str) -> dict[str, int]:
    """`a.png=90,b.png=270` as a dictionary."""
    turns = {page: int(degrees) for page, _, degrees in (pair.partition("=") for pair in text.split(",") if pair)}
    if set(turns.values()) - {0, 90, 180, 270}:
        raise argparse.ArgumentTypeError("a turn is 0, 90, 180 or 270 degrees, clockwise")
    return turns


def load_truth(folder: Path) -> tuple[dict[str, list[str]], dict[str, int]]:
    """The lines and the turns of each page; ends the program in one line where the folder has no truth."""
    path = folder / "truth.json"
    if not path.exists():
        sys.exit(f'{path}: no such file; it maps each page to its lines, {{"page.png": ["12 34"]}}')
    truth = json.loads(path.read_text())
    if missing := [page for page in truth if not (folder / page).exists()]:
        sys.exit(f"{folder / missing[0]}: no such file, though truth.json names it")
    turns = folder / "turns.json"
    return truth, json.loads(turns.read_text()) if turns.exists() else {}


def turned_upright(paths: dict[str, str], turns: dict[str, int], folder: Path) -> dict[str, str]:
    """The pages with the writing upright: new files in `folder` for those that lie on a side."""
    from PIL import Image, ImageOps

    upright = dict(paths)
    for page, turn in turns.items():
        if turn:
            target = (folder / page).with_suffix(".png")
            target.parent.mkdir(parents=True, exist_ok=True)
            with Image.open(paths[page]) as image:
                ImageOps.exif_transpose(image).rotate(-turn, expand=True).save(target)
            upright[page] = str(target)
    return upright


def measure(options: argparse.Namespace, truth: dict[str, list[str]], ways: dict[str, Any]) -> dict[str, Any]:
    """Scores by system, way of turning and number of cores; a system that is not installed is left out, and told."""
    found: dict[str, Any] = {}
    for name in options.systems:
        python = options.peers_python if name.startswith("rapidocr") else sys.executable
        if not is_installed(name, python):
            print(f"{name}: skipped, not installed; {INSTALL[name.split()[0]]}", file=sys.stderr)
            continue
        found[name] = {}
    for way, (paths, turns) in ways.items():
        for cores in options.cores:
            for name in found:
                answer = in_own_process(name, paths, cores, options)
                facts = {**summary(truth, turns, answer["pages"]), "peak_mib": answer["peak_mib"]}
                found[name].setdefault(way, {})[str(cores)] = facts
                found[name]["version"] = answer["version"]
                print(f"{name}, {way}, {cores} cores: {brief(facts)}", flush=True)
                if options.show and cores == options.cores[0]:
                    show(truth, answer["pages"])
    return found


def in_own_process(name: str, paths: dict[str, str], cores: int, options: argparse.Namespace) -> dict[str, Any]:
    """What reading_systems.py answers."""
    python = options.peers_python if name.startswith("rapidocr") else sys.executable
    job = json.dumps({"cores": cores, "rounds": options.rounds, "bundle": options.bundle, "pages": paths})
    command = [python, str(HERE / "reading_systems.py"), name]
    done = subprocess.run(command, input=job, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{name}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}")
    return json.loads(done.stdout.splitlines()[-1])


def brief(facts: dict[str, Any]) -> str:
    """One line of what was found."""
    counts = (
        f"{facts['errors']} errors in {facts['digits']} digits, {facts['exact_lines']} of {facts['lines']} lines exact"
    )
    return f"{counts}, {facts['seconds_a_page'] * 1000:.0f} ms a page, {facts['peak_mib']:.0f} MiB"


def show(truth: dict[str, list[str]], answers: dict[str, Any]) -> None:
    """Prints each misread page, what is written beside what was read."""
    for page, lines in truth.items():
        read = answers[page]["orders"][0]
        if score(lines, read).errors:
            print(f"  {page}: {' / '.join(digits_of(lines))}\n   read as {' / '.join(digits_of(read))}")


if __name__ == "__main__":
    main()
