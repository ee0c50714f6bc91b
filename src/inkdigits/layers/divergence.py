"""How far two answers are from each other."""

from __future__ import annotations

from typing import Any

from keras import ops


def divergence(logits: Any, others: Any) -> Any:
    """The Kullback-Leibler divergence, in nats, of the answers `others` from the answers `logits`: (N,)."""
    answers = ops.log_softmax(logits)
    return ops.sum(ops.exp(answers) * (answers - ops.log_softmax(others)), axis=-1)
