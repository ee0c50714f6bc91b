"""The licences of all packages that are installed here, as their own metadata tell them: build/licences.md."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import Distribution, distributions
from pathlib import Path

FILE = Path(__file__).parents[1] / "build" / "licences.md"


def licence(package: Distribution) -> str:
    """The SPDX expression, else the classifiers, else the first line of the free text; "unknown" without any."""
    told = package.metadata
    named = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or [] if line.startswith("License ::")]
    text = (told.get("License") or "").strip().partition("\n")[0]
    found = told.get("License-Expression") or ", ".join(named) or text
    return found if found and found.upper() != "UNKNOWN" else "unknown"


def table(packages: Iterable[Distribution]) -> str:
    """A row of Markdown for each package, by name."""
    rows = sorted({(package.name, package.version, licence(package)) for package in packages}, key=_name)
    lines = [" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows if row[0] != "inkdigits"]
    return "\n".join(["| package | version | licence |", "| --- | --- | --- |", *(f"| {line} |" for line in lines), ""])


def _name(row: tuple[str, str, str]) -> str:
    return row[0].casefold()


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(table(distributions()), encoding="utf-8")
    print(f"Licences: {FILE}")
