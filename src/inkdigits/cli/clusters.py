"""The Ray cluster behind `--cluster`, for `train` and `tune`; `read` has its own file beside its other work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from inkdigits.cli.extras import needs_extra
from inkdigits.errors import RunError

if TYPE_CHECKING:
    from inkdigits.experiments.asked_run import AskedRun


@contextmanager
def trials_on(address: str | None) -> Iterator[dict[str, Any]]:
    """A search's arguments for who carries out its trials: the cluster at `address`, or as usual where that is None."""
    if address is None:
        yield {}
        return
    with needs_extra("cluster"):
        from inkdigits.cluster.session import connected
        from inkdigits.cluster.trials import supervise
    with connected(address):
        yield {"supervision": supervise}


def train_on_cluster(address: str, asked: AskedRun, seeds: Sequence[int]) -> None:
    """Trains with all seeds on the cluster at `address`; shows each run once it is there."""
    from inkdigits.cli.console import errors
    from inkdigits.cli.training_runs import show

    with needs_extra("cluster"):
        from inkdigits.cluster.repeats import train_seeds
        from inkdigits.cluster.session import connected

    console = errors()
    try:
        with connected(address):
            for number, (seed, path) in enumerate(train_seeds(asked, seeds), start=1):
                console.print(f"seed {seed}, {number} of {len(seeds)}, in {path}", style="dim")
                show(path, pdf=asked.pdf)
    except KeyboardInterrupt:
        raise RunError("interrupted; the same command goes on: finished seeds are left out") from None
