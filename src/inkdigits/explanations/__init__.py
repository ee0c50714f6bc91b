"""Why a digit is read as it is: the ink that counted, and the training images that are nearest to it."""

from inkdigits.explanations.explainer import Explainer, Explanation
from inkdigits.explanations.neighbours import Neighbour

__all__ = ["Explainer", "Explanation", "Neighbour"]
