"""The names of the package's recipes, read from their files: running those would take Keras, and seconds."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

_FOLDER = Path(__file__).parent


def recipe_names() -> list[str]:
    """The names of every `RECIPE` and its `VARIANTS`, file by file."""
    return [name for file in sorted(_FOLDER.glob("*.py")) for name in _names_in(ast.parse(file.read_text()))]


def _names_in(module: ast.Module) -> Iterator[str]:
    """The `name=...` of each recipe that a module builds at its top."""
    for statement in module.body:
        if not isinstance(statement, ast.Assign) or ast.unparse(statement.targets[0]) not in ("RECIPE", "VARIANTS"):
            continue
        for call in ast.walk(statement.value):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in ("Recipe", "replace"):
                yield from (ast.literal_eval(option.value) for option in call.keywords if option.arg == "name")
