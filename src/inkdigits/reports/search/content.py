"""What the report of a search says, in words and written numbers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inkdigits.reports import wording
from inkdigits.reports.search.accuracy_axis import Rows, complete
from inkdigits.reports.search.choice_scale import written

SHOWN = 10


@dataclass(frozen=True)
class Content:
    """The texts of the report; `best` holds a line per trial, its choices in the order of `names`."""

    title: str
    subtitle: str
    accuracy: str
    note: str
    facts: list[tuple[str, str]]
    names: list[str]
    best: list[tuple[str, ...]]
    failures: list[tuple[str, str]]
    search: str


def gather(search: Mapping[str, Any], rows: Rows, best: Mapping[str, Any]) -> Content:
    """Writes out what the page says of the search, `search` being its search.json; computes no score."""
    plan = search["plan"]
    names = list(dict.fromkeys(name for row in complete(rows) for name in row["choices"]))
    ranked = sorted(complete(rows), key=lambda row: (-row["accuracy"], row["loss"]))
    return Content(
        title=f"Search of {plan['name']}",
        subtitle=f"{plan['sampler']} sampler · {plan['data']} · seed {plan['seed']}",
        accuracy=wording.percent(best["accuracy"]),
        note=f"validation accuracy of trial {best['trial']}, the best of {len(rows)} and so a little too good; "
        "no trial saw the test set",
        facts=_facts(search, rows, best),
        names=names,
        best=[_line(row, names) for row in ranked[:SHOWN]],
        failures=[(str(row["trial"]), row["failure"]) for row in rows if row["state"] == "failed"],
        search=json.dumps(search, indent=2, ensure_ascii=False),
    )


def _facts(search: Mapping[str, Any], rows: Rows, best: Mapping[str, Any]) -> list[tuple[str, str]]:
    states = Counter(row["state"] for row in rows)
    facts = [("Trials", f"{len(rows)} of {search['trials']}")]
    facts += [(state.capitalize(), wording.count(states[state])) for state in ("complete", "pruned", "failed")]
    facts.append(("Time of all trials", wording.duration(sum(row["seconds"] or 0 for row in rows))))
    facts.append(("Epochs trained", wording.count(sum(row["epochs"] for row in rows))))
    facts.append(("Best trial's loss", wording.loss(best["loss"])))
    facts.append(("Its parameters", wording.count(best["parameters"])))
    return facts


def _line(row: Mapping[str, Any], names: list[str]) -> tuple[str, ...]:
    choices = [written(row["choices"][name]) if name in row["choices"] else "–" for name in names]
    figures = (wording.percent(row["accuracy"]), wording.loss(row["loss"]), wording.count(row["parameters"]))
    return (str(row["trial"]), *figures, wording.duration(row["seconds"]), *choices)
