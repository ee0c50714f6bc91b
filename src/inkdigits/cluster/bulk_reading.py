"""Reads as many images as there are on a cluster: listed once, cut into parts, each part read by some actor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pyarrow as pa
import ray
import ray.data
from ray.data import ActorPoolStrategy

from inkdigits.bundle import Bundle
from inkdigits.cluster.listing import slices
from inkdigits.cluster.part_reader import Orders, PartReader, model_files
from inkdigits.cluster.parts import into_parts, write_index
from inkdigits.cluster.places import Place, first_line
from inkdigits.cluster.reading_folder import INDEX, Begun, ReadingPlan, check_free, check_same, read_begun, write_begun
from inkdigits.errors import RunError

_TURNS = 32  # that each actor has, so that a slow one does not make the others wait for long


class Progress(NamedTuple):
    """So many images are there; so many of them were read now, and so many of those could not be."""

    images: int
    read: int
    failed: int


def begin(plan: ReadingPlan, images: Sequence[Place], output: Place, *, go_on: bool) -> Begun:
    """Lists the images and begins the reading or, with `go_on`, finds the one that has begun.

    Raises `InkdigitsError` for an unfit folder, images that cannot be listed, and a reading of another plan.
    """
    begun = read_begun(output)
    if begun is not None:
        if not go_on:
            raise RunError(f"{output.name}: holds readings; go on with --resume {output.name}, or name another folder")
        check_same(begun.plan, plan, output)
        return begun
    check_free(output, images)
    parts, count = ray.get(_list_images.remote(images, output, plan.column))
    begun = Begun(plan, parts, count)
    try:
        write_begun(output, begun)
    except OSError as error:
        raise RunError(f"{output.name}: cannot be written ({first_line(error)}); name another folder") from error
    return begun


def read_parts(
    begun: Begun, images: Sequence[Place], output: Place, bundle: Bundle, workers: int
) -> Iterator[Progress]:
    """Has `workers` actors read the parts that are not there yet; tells of every few parts once they are.

    What this process holds does not grow with the number of images: it hands out numbers and gets counts.
    """
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    turns = min(begun.parts, _TURNS * workers)
    orders = Orders(images, output, begun.plan, begun.parts, model_files(bundle))
    # Every turn has parts of all sizes: the first ones are smaller.
    given = ray.data.from_arrow([pa.table({"first": [first], "step": [turns]}) for first in range(turns)])
    read = given.map_batches(
        PartReader,
        fn_constructor_args=(orders,),
        batch_size=1,
        compute=ActorPoolStrategy(size=min(workers, turns), max_tasks_in_flight_per_actor=2),
        num_cpus=1,
    )
    for row in read.iter_rows():
        yield Progress(row["images"], row["read"], row["failed"])


@ray.remote(num_cpus=1)
def _list_images(images: Sequence[Place], output: Place, column: str) -> tuple[int, int]:
    """Writes the index; on a node, since the names of a folder of millions take memory."""
    index = output.below(INDEX)
    try:
        output.files.create_dir(index.path)
        return write_index(index, into_parts(slices(images, column)))
    except OSError as error:
        raise RunError(f"{output.name}: cannot be written ({first_line(error)}); name another folder") from error
