"""Sphinx: the whole repository is its source, so that a link means the same on the site and in the checkout."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.ext.napoleon import GoogleDocstring

import inkdigits

sys.path.insert(0, str(Path(__file__).with_name("site")))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # autodoc imports the layers

project = "inkdigits"
version = release = inkdigits.__version__
html_title = f"inkdigits {version}"

extensions = ["myst_nb", "sphinx.ext.autodoc", "figures", "shown_runs", "verbs", "benchmark_titles"]
root_doc = "docs/index"
include_patterns = ["docs/**.md", "notebooks/*.ipynb", "benchmarks/*.md", "CONTRIBUTING.md", "CHANGELOG.md"]
exclude_patterns = [".*", "build", "dist", "runs", "results", "src", "tests"]

html_theme = "furo"
html_extra_path = ["site/index.html"]
html_show_copyright = False
html_show_sourcelink = False
html_copy_source = False

myst_enable_extensions = ["substitution"]
myst_heading_anchors = 3
nb_execution_mode = "off"

autodoc_member_order = "bysource"
default_role = "literal"

nitpicky = True
# Types of other packages: their documentation is elsewhere, and the build asks no network for it.
_OTHERS = (r"(numpy|np|keras|PIL|os|pathlib|collections|contextlib|optuna)\..*", "BaseTrial", "Recognises")
nitpick_ignore_regex = [("py:.*", pattern) for pattern in _OTHERS]


def setup(app: Sphinx) -> None:
    """Connects what the extensions leave to do."""
    app.connect("autodoc-process-docstring", as_rst)
    app.connect("autodoc-skip-member", says_nothing)


def as_rst(app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]) -> None:
    """Napoleon's reading of a docstring, but of a property's, whose first words it takes for a type."""
    if what not in ("attribute", "data", "property"):
        lines[:] = GoogleDocstring(lines, what=what, name=name, obj=thing, options=options).lines()


def says_nothing(app: Sphinx, what: str, name: str, thing: object, skip: bool, options: object) -> bool | None:
    """Leaves out the fields of named tuples, whose class tells what they are."""
    return True if str(thing.__doc__).startswith("Alias for field number") else None
