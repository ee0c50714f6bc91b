"""An Optuna study for all nodes, wherever it is kept: an actor beside it answers for its storage.

So an SQLite file need not be shared, a server's password stays on one machine, and no port is opened beside Ray's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import ray
from optuna.storages import BaseStorage
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from inkdigits.experiments.search.study import storage_at


class StorageActor:
    """Has the storage at an address, and does there what it is asked."""

    def __init__(self, address: str) -> None:
        self._storage = storage_at(address)

    def ask(self, method: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """What the method of `BaseStorage` gives."""
        return getattr(self._storage, method)(*arguments, **named)


def start_storage(address: str) -> Any:
    """The handle of a new `StorageActor` on this node, where the address means what it means here."""
    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    as_actor = cast(Any, ray.remote)(num_cpus=0, scheduling_strategy=here)
    return as_actor(StorageActor).remote(address)


def remote_storage(actor: Any) -> BaseStorage:
    """The actor's storage as one of this process's own; what it raises is raised here."""
    storage: BaseStorage = _RemoteStorage(actor)
    return storage


class _Asking:
    def __init__(self, actor: Any) -> None:
        self._actor = actor


def _asking(method: str) -> Callable[..., Any]:
    def ask(self: _Asking, *arguments: Any, **named: Any) -> Any:
        return ray.get(self._actor.ask.remote(method, arguments, named))

    return ask


_RemoteStorage: Any = type(
    "_RemoteStorage", (_Asking, BaseStorage), {name: _asking(name) for name in BaseStorage.__abstractmethods__}
)
