"""The report of a run as one HTML page that opens offline, its pictures beside it, and on demand a PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from inkdigits.explanations import Explanation
from inkdigits.reports import curves, filters, plots, wording
from inkdigits.reports.content import Content, gather
from inkdigits.reports.explanations import explanations_finding, plot_explanations
from inkdigits.reports.gallery import SHOWN, gallery_finding, plot_mistakes
from inkdigits.reports.page import Picture, both, inline, render
from inkdigits.reports.pdf import report_pdf
from inkdigits.reports.publishing import publish
from inkdigits.reports.review import plot_review
from inkdigits.reports.style import png

TEMPLATE = "report.html.j2"


def write_report(
    run: Path,
    *,
    manifest: Mapping[str, Any],
    history: Sequence[Mapping[str, Any]] | None,
    network: Mapping[str, Any] | None,
    evaluation: Mapping[str, Any],
    mistake_images: np.ndarray,
    explanations: Sequence[Explanation] = (),
    pdf: bool = False,
) -> Path:
    """Writes `report.html`, `pictures/*.png` and with `pdf` also `report.pdf` into the folder `run`.

    `mistake_images` uint8 (M, 28, 28) belong to the first M of `evaluation["mistakes"]`, `explanations` to the first of
    them, too. Without `history`
    or `network` their parts are left out; `manifest` may be empty. Returns the path of the page. Raises
    `RunError` when the folder cannot be written; then nothing half-written is left in it.
    """
    content = gather(manifest, network, evaluation)
    pictures = _draw(history, network, evaluation)
    if explanations:
        pictures["explanations"] = both(
            explanations_finding(evaluation, explanations), partial(plot_explanations, evaluation, explanations)
        )
    files = {f"pictures/{name}.png": picture.light for name, picture in pictures.items()}
    if evaluation["mistakes"] and len(mistake_images):
        files["pictures/mistakes.png"] = png(plot_mistakes(evaluation, mistake_images))
    if pdf:
        files["report.pdf"] = report_pdf(content, {Path(name).stem: data for name, data in files.items()})
    page = _page(content, pictures, evaluation, mistake_images)
    files["report.html"] = page.encode(errors="backslashreplace")  # a file's name may be no Unicode
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
            pictures[quantity] = both(
                curves.curve_finding(history, quantity),
                partial(curves.plot_curve, history, quantity),
            )
    pictures["confusion_matrix"] = both(
        "Confusion matrix. " + plots.confusion_finding(evaluation),
        partial(plots.plot_confusion_matrix, evaluation),
    )
    pictures["calibration"] = both(
        "Reliability diagram. " + plots.calibration_finding(evaluation),
        partial(plots.plot_calibration, evaluation),
    )
    pictures["review"] = both(wording.review(evaluation["review"]), partial(plot_review, evaluation))
    if network and len(network.get("filters") or []):
        pictures["filters"] = both(filters.filters_finding(network), partial(filters.plot_filters, network))
    return pictures


def _page(content: Content, pictures: dict[str, Picture], evaluation: Mapping[str, Any], images: np.ndarray) -> str:
    mistakes = _gallery(evaluation, images)
    return render(
        TEMPLATE,
        content=content,
        pictures=pictures,
        mistakes=mistakes,
        mistakes_finding=gallery_finding(evaluation, len(mistakes)),
    )


def _gallery(evaluation: Mapping[str, Any], images: np.ndarray) -> list[dict[str, Any]]:
    names = [row["label"] for row in evaluation["per_class"]]
    return [
        {
            "image": inline(digit_png(image)),
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


def digit_png(image: np.ndarray) -> bytes:
    """A digit, uint8 (H, W), as a PNG of black ink on nothing."""
    # Ink is the opacity of black, so that the page can paint paper and ink in its own colours.
    buffer = BytesIO()
    Image.fromarray(np.dstack([np.zeros_like(image), image])).save(buffer, format="png", optimize=True)
    return buffer.getvalue()
