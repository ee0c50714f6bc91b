"""Finds recipes: those of this package by name, a user's own by the path of its file."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import keras

from inkdigits import recipes
from inkdigits.errors import RecipeError, nearest
from inkdigits.layers import Ensemble
from inkdigits.recipes.recipe import Recipe
from inkdigits.recipes.slips import first_line


def all_recipes() -> dict[str, Recipe]:
    """Every recipe of the package by name: each file's `RECIPE`, then its `VARIANTS`."""
    found: dict[str, Recipe] = {}
    for info in pkgutil.iter_modules(recipes.__path__):
        module = importlib.import_module(f"{recipes.__name__}.{info.name}")
        if hasattr(module, "RECIPE"):
            found |= {recipe.name: recipe for recipe in (module.RECIPE, *getattr(module, "VARIANTS", ()))}
    return found


def find_recipe(name_or_path: str) -> Recipe:
    """The recipe of that name, or the `RECIPE` of that Python file; raises `RecipeError` for neither."""
    if name_or_path.endswith(".py"):
        return _from_file(Path(name_or_path))
    known = all_recipes()
    if name_or_path not in known:
        raise RecipeError(f"there is no recipe {name_or_path!r}: {_hint(name_or_path, known)}")
    return known[name_or_path]


def build_network(recipe: Recipe, classes: int) -> keras.Model:
    """The recipe's network, 28x28 pixels -> `classes` logits, two more with extra ink.

    Raises `RecipeError` when it cannot be built or has another form.
    """
    logits = classes + (2 if recipe.extra_ink else 0)
    try:
        network = recipe.build()
        forms = tuple(network.input_shape), tuple(network.output_shape)
    except Exception as error:  # a user's build() can raise anything
        raise RecipeError(f"recipe {recipe.name}: build() fails: {first_line(error)}") from error
    if forms != ((None, 28, 28, 1), (None, logits)):
        raise RecipeError(
            f"recipe {recipe.name}: build() must give a network from (28, 28, 1) to {logits} logits, "
            f"not from {forms[0][1:]} to {forms[1][1:]}"
        )
    if recipe.members is not None and _members(network) != recipe.members[1]:
        raise RecipeError(f"recipe {recipe.name}: build() must end in an Ensemble of {recipe.members[1]} networks")
    return network


def _members(network: keras.Model) -> int:
    last = network.layers[-1]
    return len(last.members) if isinstance(last, Ensemble) else 0


def _hint(asked: str, known: Iterable[str]) -> str:
    if Path(f"{asked}.py").is_file():
        return f"{asked}.py is a file here; name it in full"
    near = nearest(asked, known)
    return f"did you mean {near}? 'inkdigits recipes' lists them" if near else "'inkdigits recipes' lists them"


def _from_file(path: Path) -> Recipe:
    if not path.is_file():
        near = nearest(path.name, sorted(other.name for other in path.parent.glob("*.py")))
        raise RecipeError(f"{path}: no such recipe file; {f'did you mean {near}?' if near else 'check the path'}")
    recipe = getattr(_run(path), "RECIPE", None)
    if not isinstance(recipe, Recipe):
        raise RecipeError(f"{path}: defines no RECIPE = Recipe(...); any file of inkdigits/recipes shows the form")
    members = recipe.members and (_beside(path, recipe.members[0]), recipe.members[1])
    teacher = recipe.teacher and _beside(path, recipe.teacher)
    return replace(recipe, origin=str(path.resolve()), members=members, teacher=teacher)


def _beside(path: Path, name: str) -> str:
    """A recipe that another one names: another file by its place beside the file `path`."""
    return str((path.resolve().parent / name).resolve()) if name.endswith(".py") else name


def _run(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise RecipeError(f"{path}: is not a Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except RecipeError:
        raise
    except Exception as error:  # a user's file can raise anything
        raise RecipeError(f"{path}: {first_line(error)}") from error
    return module
