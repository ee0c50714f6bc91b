"""The report of a run as one HTML page that opens offline, its pictures beside it, and on demand a PDF."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from matplotlib.figure import Figure
from PIL import Image

from inkdigits.reports import curves, filters, plots, wording
from inkdigits.reports.content import Content, gather
from inkdigits.reports.gallery import SHOWN, gallery_finding, plot_mistakes
from inkdigits.reports.pdf import report_pdf
from inkdigits.reports.publishing import publish
from inkdigits.reports.style import DARK, LIGHT, Theme, png

TEMPLATE = "report.html.j2"


@dataclass(frozen=True)
class Picture:
    """A PNG for light pages and one for dark pages, and what they say."""

    alt: str
    light: bytes
    dark: bytes


def write_report(
    run: Path,
    *,
    manifest: Mapping[str, Any],
    history: Sequence[Mapping[str, Any]] | None,
    network: Mapping[str, Any] | None,
    evaluation: Mapping[str, Any],
    mistake_images: np.ndarray,
    pdf: bool = False,
) -> Path:
    """Writes `report.html`, `pictures/*.png` and with `pdf` also `report.pdf` into the folder `run`.

    `mistake_images` uint8 (M, 28, 28) belong to the first M of `evaluation["mistakes"]`. Without `history`
    or `network` their parts are left out; `manifest` may be empty. Returns the path of the page. Raises
    `RunError` when the folder cannot be written; then nothing half-written is left in it.
    """
    content = gather(manifest, network, evaluation)
    pictures = _draw(history, network, evaluation)
    files = {f"pictures/{name}.png": picture.light for name, picture in pictures.items()}
    if evaluation["mistakes"] and len(mistake_images):
        files["pictures/mistakes.png"] = png(plot_mistakes(evaluation, mistake_images))
    if pdf:
        files["report.pdf"] = report_pdf(content, {Path(name).stem: data for name, data in files.items()})
    files["report.html"] = _page(content, pictures, evaluation, mistake_images).encode()
    publish(run, files)
    return run / "report.html"


def _draw(
    history: Sequence[Mapping[str, Any]] | None,
    network: Mapping[str, Any] | None,
    evaluation: Mapping[str, Any],
) -> dict[str, Picture]:
    pictures = {}
    if history:
        for quantity in ("accuracy", "loss"):
            pictures[quantity] = _both(
                curves.curve_finding(history, quantity),
                partial(curves.plot_curve, history, quantity),
            )
    pictures["confusion_matrix"] = _both(
        "Confusion matrix. " + plots.confusion_finding(evaluation),
        partial(plots.plot_confusion_matrix, evaluation),
    )
    pictures["calibration"] = _both(
        "Reliability diagram. " + plots.calibration_finding(evaluation),
        partial(plots.plot_calibration, evaluation),
    )
    if network and len(network.get("filters") or []):
        pictures["filters"] = _both(filters.filters_finding(network), partial(filters.plot_filters, network))
    return pictures


def _both(alt: str, draw: Callable[[Theme], Figure]) -> Picture:
    return Picture(alt, png(draw(LIGHT)), png(draw(DARK)))


def _page(content: Content, pictures: dict[str, Picture], evaluation: Mapping[str, Any], images: np.ndarray) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["inline"] = _inline
    mistakes = _gallery(evaluation, images)
    return environment.get_template(TEMPLATE).render(
        content=content,
        pictures=pictures,
        mistakes=mistakes,
        mistakes_finding=gallery_finding(evaluation, len(mistakes)),
    )


def _inline(data: bytes) -> str:
    """A PNG as the address that holds it."""
    return f"data:image/png;base64,{b64encode(data).decode()}"


def _gallery(evaluation: Mapping[str, Any], images: np.ndarray) -> list[dict[str, Any]]:
    names = [row["label"] for row in evaluation["per_class"]]
    return [
        {
            "image": _inline(_digit_png(image)),
            "index": mistake["index"],
            "truth": names[mistake["truth"]],
            "predicted": names[mistake["predicted"]],
            "confidence": wording.percent(mistake["confidence"], 1),
            "bars": [
                {
                    "name": names[number],
                    "height": round(100 * share, 1),
                    "written": wording.percent(share, 1),
                    "role": _role(number, mistake),
                }
                for number, share in enumerate(mistake["probabilities"])
            ],
        }
        for mistake, image in zip(evaluation["mistakes"][:SHOWN], images[:SHOWN], strict=False)
    ]


def _role(number: int, mistake: Mapping[str, Any]) -> str:
    return {mistake["truth"]: "truth", mistake["predicted"]: "predicted"}.get(number, "other")


def _digit_png(image: np.ndarray) -> bytes:
    # Ink is the opacity of black, so that the page can paint paper and ink in its own colours.
    buffer = BytesIO()
    Image.fromarray(np.dstack([np.zeros_like(image), image])).save(buffer, format="png", optimize=True)
    return buffer.getvalue()
