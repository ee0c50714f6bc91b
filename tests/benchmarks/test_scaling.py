"""The plan of a billion images, computed by hand, and what is committed, which follows from scaling.json."""

import json
from pathlib import Path

from scaling_table import markdown, plan, with_plan

ROOT = Path(__file__).parents[2]


def test_hours_and_cost_follow_from_the_rate_of_two_workers() -> None:
    found = {kind: {"2": {"a_second": rate}} for kind, rate in (("digits", 400.0), ("pages", 20.0))}
    # 200 a core and second: 5,000,000 core-seconds, 1,388.9 core-hours at 5 cents; 10 nodes are 160 cores.
    assert plan(found).splitlines()[2:] == [
        "| a billion digits | 200.0 | 1,389 | $69 | 8.7 hours | 0.9 hours | 0.2 hours |",
        "| a billion pages | 10.0 | 27,778 | $1,389 | 7.2 days | 17.4 hours | 3.5 hours |",
    ]


def test_only_the_plan_of_the_guide_is_replaced() -> None:
    found = {kind: {"2": {"a_second": 2.0}} for kind in ("digits", "pages")}
    guide = "before\n<!-- plan -->\nold\n<!-- /plan -->\nafter\n"
    assert with_plan(guide, found) == f"before\n<!-- plan -->\n{plan(found)}\n<!-- /plan -->\nafter\n"


def test_what_is_committed_belongs_together() -> None:
    results = json.loads((ROOT / "benchmarks" / "scaling.json").read_text())
    assert (ROOT / "benchmarks" / "scaling.md").read_text() == markdown(results)
    guide = (ROOT / "docs" / "cluster.md").read_text()
    assert with_plan(guide, results) == guide
    assert plan(results) in guide
