"""The findings of an audit as one HTML page that opens offline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from inkdigits.reports import wording
from inkdigits.reports.audit.balance import plot_balance
from inkdigits.reports.audit.wording import balance, findings
from inkdigits.reports.html import digit_png
from inkdigits.reports.page import both, inline, render

SHOWN = 60  # label errors, and as many pairs; the rest is in audit.json


def audit_page(found: Mapping[str, Any], image: Callable[[str, int], np.ndarray]) -> str:
    """The page; `image` gives the uint8 (28, 28) of a part and a number."""
    names = found["dataset"]["classes"]

    def card(place: Mapping[str, Any]) -> dict[str, str]:
        picture = inline(digit_png(image(place["part"], place["index"])))
        where = f"{place['part']} {wording.count(place['index'])}"
        return {"image": picture, "where": where, "label": names[place["label"]]}

    return render(
        "audit/audit.html.j2",
        name=found["dataset"]["name"],
        findings=findings(found),
        accuracy=wording.percent(found["cross_validated_accuracy"]),
        errors=[card(error) | _doubt(error, names) for error in found["label_errors"][:SHOWN]],
        pairs=[
            {"cards": [card(place) for place in pair["images"]], "distance": wording.percent(pair["distance"], 0)}
            for pair in found["near_duplicates"][:SHOWN]
        ],
        shown=SHOWN,
        counts={"errors": len(found["label_errors"]), "pairs": len(found["near_duplicates"])},
        pictures={"balance": both(balance(found), partial(plot_balance, found))},
    )


def _doubt(error: Mapping[str, Any], names: list[str]) -> dict[str, str]:
    return {"likelier": names[error["likelier"]], "confidence": wording.percent(error["likelier_probability"], 1)}
