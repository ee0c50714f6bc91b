"""Gives the pages that benchmarks write a title on the site; in benchmarks/ their file names are."""

from __future__ import annotations

import re

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, bool]:
    """Registers the titling."""
    app.connect("source-read", entitle)
    return {"parallel_read_safe": True}


def entitle(app: Sphinx, name: str, source: list[str]) -> None:
    """Puts the file's name above a page of benchmarks/ that has no title."""
    folder, _, stem = name.partition("/")
    if folder == "benchmarks" and not re.search(r"^# ", source[0], flags=re.MULTILINE):
        source[0] = f"# Benchmark: {stem.replace('_', ' ')}\n\n{source[0]}"
