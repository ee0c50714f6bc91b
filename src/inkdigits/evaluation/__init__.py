"""A recogniser and labelled images become scores, as plain numbers that fit in a JSON file."""

from inkdigits.evaluation.evaluate import evaluate

__all__ = ["evaluate"]
