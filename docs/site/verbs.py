"""Fills the page of commands with what Typer makes of the application: every verb, argument and option."""

from __future__ import annotations

import html
import re
import subprocess
import sys

from sphinx.application import Sphinx

PAGE = "docs/reference/commands"
MARK = "<!-- verbs -->"


def setup(app: Sphinx) -> dict[str, bool]:
    """Registers the page's filling."""
    app.connect("source-read", fill)
    return {"parallel_read_safe": True}


def fill(app: Sphinx, name: str, source: list[str]) -> None:
    """Puts the verbs in the mark's place, when the page of commands is read."""
    if name == PAGE:
        source[0] = source[0].replace(MARK, verbs())


def verbs() -> str:
    """All verbs in Markdown, a section each."""
    command = [sys.executable, "-m", "typer", "inkdigits.cli.app", "utils", "docs", "--name", "inkdigits"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    text = html.unescape(re.sub(r"<span[^>]*>(.*?)</span>", r"\1", text))
    _, _, text = text.partition("**Usage**:")  # the page has a title of its own
    text = re.sub(r"^Examples:?$", "**Examples**:", f"**Usage**:{text}", flags=re.MULTILINE)
    return re.sub(r"(?:^ *inkdigits .*\n\n?)+", fenced, text, flags=re.MULTILINE)


def fenced(examples: re.Match[str]) -> str:
    """Examples of commands, which help texts write as paragraphs, as one block."""
    lines = [line.strip() for line in examples[0].splitlines() if line.strip()]
    return "\n".join(["```console", *(f"$ {line}" for line in lines), "```", "", ""])
