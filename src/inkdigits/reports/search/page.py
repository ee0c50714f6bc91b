"""The report of a search as one HTML page that opens offline."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from inkdigits.reports.page import Picture, both, render
from inkdigits.reports.publishing import publish
from inkdigits.reports.search.accuracy_axis import Rows
from inkdigits.reports.search.content import gather
from inkdigits.reports.search.history import history_finding, plot_history
from inkdigits.reports.search.importances import importances_finding, plot_importances
from inkdigits.reports.search.parallel_coordinates import parallel_finding, plot_parallel_coordinates
from inkdigits.reports.search.slices import plot_slices, slices_finding


def write_search_report(
    folder: Path,
    *,
    search: Mapping[str, Any],
    rows: Rows,
    best: Mapping[str, Any],
    importances: Mapping[str, float],
    scales: Mapping[str, Any],
) -> Path:
    """Writes `report.html` into `folder` and returns its path; raises `RunError` when the disk refuses.

    `rows` are trials that have ended, `best` one of them; `scales` tells of each choice "log", "linear" or its values.
    Without `importances` their picture is left out.
    """
    rows = [row for row in rows if row["state"] in ("complete", "pruned", "failed")]
    page = render(
        "search/search.html.j2",
        content=gather(search, rows, best),
        pictures=_draw(rows, best, importances, scales),
    )
    publish(folder, {"report.html": page.encode()})
    return folder / "report.html"


def _draw(
    rows: Rows, best: Mapping[str, Any], importances: Mapping[str, float], scales: Mapping[str, Any]
) -> dict[str, Picture]:
    pictures = {
        "history": both(history_finding(rows, best), partial(plot_history, rows, best)),
        "parallel": both(parallel_finding(rows), partial(plot_parallel_coordinates, rows, scales)),
        "slices": both(slices_finding(best), partial(plot_slices, rows, best, scales)),
    }
    if importances:
        pictures["importances"] = both(importances_finding(importances), partial(plot_importances, importances))
    return pictures
