"""A training state on disk: one file, replaced whole after every epoch, without pickle."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np

from inkdigits.errors import RunError
from inkdigits.whole_file import whole_file

Row = dict[str, float]


@dataclass
class State:
    """What an interrupted training needs to go on: the epochs so far, all variables, the best epoch's weights."""

    history: list[Row] = field(default_factory=list)
    variables: list[np.ndarray] = field(default_factory=list)
    best: list[np.ndarray] = field(default_factory=list)


def capture(model: keras.Model) -> list[np.ndarray]:
    """Values of the model's and the optimiser's variables, in their fixed order."""
    return [np.asarray(keras.ops.convert_to_numpy(variable)) for variable in _variables(model)]


def restore(model: keras.Model, values: list[np.ndarray]) -> None:
    """Gives the variables the values of `capture`; raises `RunError` when they belong to another network."""
    variables = _variables(model)
    if [tuple(variable.shape) for variable in variables] != [value.shape for value in values]:
        raise _another_network()
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def network_weights(state: State, network: keras.Model) -> list[np.ndarray]:
    """The weights that a training left `network`: those of the best epoch where it kept them, else the last ones.

    Raises `RunError` when they belong to another network.
    """
    shapes = [weight.shape for weight in network.get_weights()]
    # The network stands last in the model that trains; nothing before it has weights.
    found = (state.best or state.variables)[: len(shapes)]
    if [weight.shape for weight in found] != shapes:
        raise _another_network()
    return found


def save(path: Path, state: State) -> None:
    """Writes the state beside `path`, then puts it in its place in one step."""
    arrays = {f"variable_{i:04}": value for i, value in enumerate(state.variables)}
    arrays |= {f"best_{i:04}": value for i, value in enumerate(state.best)}
    with whole_file(path) as file:
        np.savez(file, history=np.array(json.dumps(state.history)), **arrays)  # type: ignore[arg-type]


def load(path: Path) -> State:
    """Reads a state; raises `RunError` naming the file when it is missing or damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            named = {name: arrays[name] for name in sorted(arrays.files)}
            history: list[Row] = json.loads(str(named["history"]))
    except FileNotFoundError as error:
        raise RunError(f"{path}: no checkpoint here; start the run anew") from error
    except MemoryError:
        raise
    except Exception as error:  # a changed byte can look like a password, an unknown compression or half a header
        raise RunError(f"{path}: the checkpoint is damaged ({error}); start the run anew") from error
    return State(history, _numbered(named, "variable_"), _numbered(named, "best_"))


def _another_network() -> RunError:
    return RunError("the checkpoint belongs to another network: the recipe has changed since; start a new run")


def _numbered(named: dict[str, Any], prefix: str) -> list[np.ndarray]:
    return [value for name, value in named.items() if name.startswith(prefix)]


def is_seed_state(variable: Any) -> bool:
    """Whether it is what one of Keras' seed generators keeps, not a weight of a layer that is called so."""
    return str(variable.path).rpartition("/")[2] == "seed_generator_state"


def _variables(model: keras.Model) -> list[Any]:
    # A seed generator's state is set anew each epoch; it is not part of what is learned.
    learned = [v for v in model.variables if not is_seed_state(v)]
    return [*learned, *model.optimizer.variables]
