"""What the pages tell a reader to type exists, and the recipes they show can be trained."""

import re
from pathlib import Path

import pytest
import typer

from inkdigits.cli.app import app

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
COMMAND = re.compile(r"^\s*(?:\$ )?(inkdigits [^#\n|>&]*)", flags=re.MULTILINE)
BLOCK = re.compile(r"```(?:sh|console|\{run\})\n(.*?)```", flags=re.DOTALL)
RECIPES = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "how-to" / "own-recipe.md").read_text(), flags=re.DOTALL)


def shown_commands():
    """(page, command line) of every block of commands, fenced or indented."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        blocks = BLOCK.findall(text) + re.findall(r"^(?: {4}.+\n)+", text, flags=re.MULTILINE)
        for block in blocks:
            for line in COMMAND.findall(block):
                yield page.name, line.strip()


def test_commands_that_pages_show_exist():
    shown = list(shown_commands())
    assert len(shown) > 40
    for page, line in shown:
        command = typer.main.get_command(app)
        for word in line.split()[1:]:
            known = {option for parameter in command.params for option in parameter.opts}
            if hasattr(command, "commands") and not word.startswith("-"):
                assert word in command.commands, f"{page}: {line}"
                command = command.commands[word]
            elif word.startswith("--"):
                assert word.partition("=")[0] in known, f"{page}: {line}"
        assert command.name != "inkdigits" or "--version" in line, f"{page}: {line}"


@pytest.mark.parametrize("number", range(len(RECIPES)))
def test_recipes_that_pages_show_can_be_built(tmp_path, number):
    from inkdigits.recipes.catalog import build_network, find_recipe

    file = tmp_path / "mine.py"
    file.write_text(RECIPES[number])
    recipe = find_recipe(str(file))
    assert build_network(recipe, 10).count_params() > 1000
    assert recipe.plan(10_000)["optimizer"]["class"] == "AdamW"


def test_links_of_the_readme_lead_to_files():
    links = re.findall(r"\]\(([^)#]+)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(links) > 8
    for link in links:
        assert link.startswith("http") or (ROOT / link).exists(), link
