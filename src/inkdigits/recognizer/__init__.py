"""Ink to probabilities: one ONNX Runtime session over a bundle's model, fed in bounded batches."""

from inkdigits.recognizer.ink_batches import Ink, batches
from inkdigits.recognizer.recognition import Recognition, label_scores
from inkdigits.recognizer.recognizer import Recognizer
from inkdigits.recognizer.session import usable_cores

__all__ = ["Ink", "Recognition", "Recognizer", "batches", "label_scores", "usable_cores"]
