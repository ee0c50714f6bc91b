"""Experiments and reading on Ray: many machines, or many processes of one, none of which may be relied on."""

from __future__ import annotations

import os

# Ray reports its use to its makers unless told not to before it starts.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
