"""What an audit found, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inkdigits.reports.wording import count


def findings(found: Mapping[str, Any]) -> list[str]:
    """The findings, a sentence each: label errors, which of them others dispute, near-duplicates, class balance."""
    pairs = found["near_duplicates"]
    across = sum(len({image["part"] for image in pair["images"]}) > 1 for pair in pairs)
    parts = list(found["class_counts"])
    between = f", {count(across)} of these between {parts[0]} and {parts[1]}" if len(parts) > 1 else ""
    return [
        f"Doubtful labels: {count(len(found['label_errors']))} of {count(found['dataset']['images'])}",
        *([_disputed(found["disputed"])] if "disputed" in found else []),
        f"Pairs of images that are nearly the same: {count(len(pairs))}{between}",
        balance(found),
    ]


def _disputed(disputed: Mapping[str, Any]) -> str:
    known, again = disputed["images"], disputed["found"]
    named = f": {', '.join(map(str, again))}" if again else ""
    return f"Of {count(len(known))} test labels that a public study disputes, {count(len(again))} are among them{named}"


def balance(found: Mapping[str, Any]) -> str:
    """Which class has the most images and which the fewest, in a sentence."""
    totals = [sum(counts) for counts in zip(*found["class_counts"].values(), strict=True)]
    names = found["dataset"]["classes"]
    most, fewest = (totals.index(end(totals)) for end in (max, min))
    if totals[most] == totals[fewest]:
        return f"Every class has {count(totals[most])} images"
    return (
        f"Class {names[most]} has the most images, {count(totals[most])}; "
        f"{names[fewest]} the fewest, {count(totals[fewest])}"
    )
