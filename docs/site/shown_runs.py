"""The `run` directive: a command or a program, run while the site is built, and what it truly said.

    ```{run}
    inkdigits read page.jpg
    ```

runs with bash in a folder of the page's own, which holds copies of `docs/pictures`, `docs/forms` and
`docs/explanation`, and `scans`, four pages. `{run} python` runs a program. The build fails when the run does. Options:

    :picture: FILE  shows this file, too; with :alt: and :width: as for any picture
    :lines: N       shows the first N lines of what was said
    :fails:         the command is to end with an error
    :silent:        shows neither the command nor what it said
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

DOCS = Path(__file__).parents[1]
SAMPLES = DOCS.parent / "src" / "inkdigits" / "serving" / "page" / "samples"
SECONDS = 120
LANGUAGES = {"sh": ["bash", "-euo", "pipefail", "-c"], "python": [sys.executable, "-c"]}


class Run(SphinxDirective):
    """Runs its content, shows it and its output."""

    has_content = True
    optional_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {
        "picture": directives.unchanged_required,
        "alt": directives.unchanged_required,
        "width": directives.length_or_percentage_or_unitless,
        "lines": directives.positive_int,
        "fails": directives.flag,
        "silent": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        """The nodes that show it."""
        language = (self.arguments or ["sh"])[0]
        code = "\n".join(self.content)
        place = self.place()
        said = self.said([*LANGUAGES[language], code], place)
        shown: list[nodes.Node] = []
        if "silent" not in self.options:
            shown.append(_block(code, language))
            if said:
                shown.append(_block(self.shortened(said), "text"))
        if "picture" in self.options:
            shown.append(self.picture(place / self.options["picture"]))
        return shown

    def place(self) -> Path:
        """The page's own folder, made at its first run."""
        kept = self.env.temp_data
        if "runs_in" not in kept:
            kept["runs_in"] = tempfile.TemporaryDirectory(prefix="inkdigits-docs-", ignore_cleanup_errors=True)
            folder = Path(kept["runs_in"].name)
            for name in ("pictures", "forms", "explanation"):
                shutil.copytree(DOCS / name, folder / name)
            shutil.copytree(SAMPLES, folder / "scans", ignore=shutil.ignore_patterns("*-small.jpg"))
        return Path(kept["runs_in"].name)

    def said(self, command: list[str], place: Path) -> str:
        """What the run printed, errors last; raises where it ended otherwise than it should."""
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        own = {"PATH": path, "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb", "TF_CPP_MIN_LOG_LEVEL": "3"}
        done = subprocess.run(
            command, cwd=place, env={**os.environ, **own}, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        said = (done.stdout + done.stderr).strip("\n")
        if (done.returncode != 0) != ("fails" in self.options):
            raise self.error(f"ended with {done.returncode}: {said}")
        return said

    def shortened(self, said: str) -> str:
        """The first `:lines:` of it."""
        lines = said.splitlines()
        wanted = self.options.get("lines", len(lines))
        return "\n".join(lines[:wanted] + ["..."] * (len(lines) > wanted))

    def picture(self, made: Path) -> nodes.Node:
        """The picture, kept for as long as the build lasts."""
        if not made.is_file():
            raise self.error(f"the run wrote no {made.name}")
        kept = Path(self.env.doctreedir) / "pictures" / self.env.docname
        kept.mkdir(parents=True, exist_ok=True)
        copy = kept / f"{self.lineno}-{made.name}"
        shutil.copyfile(made, copy)
        options = {name: self.options[name] for name in ("alt", "width") if name in self.options}
        return nodes.image(uri=os.path.relpath(copy, Path(self.env.doc2path(self.env.docname)).parent), **options)


def _block(text: str, language: str) -> nodes.Node:
    block = nodes.literal_block(text, text)
    block["language"] = language
    return block


def setup(app: Sphinx) -> dict[str, bool]:
    """Registers the directive."""
    app.add_directive("run", Run)
    return {"parallel_read_safe": True}
