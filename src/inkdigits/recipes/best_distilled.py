"""best-distilled: the network of `best`, taught by the five of `best-ensemble`.

Besides the labels it learns what the five say of every distorted image, softened by a temperature of 3 (Hinton, Vinyals
and Dean, 2015); so the labels themselves need no smoothing.
Cost: twice `best`, once its teacher is there. Measured: see `inkdigits compare`.
"""

from __future__ import annotations

from dataclasses import replace

from inkdigits.recipes import best
from inkdigits.recipes.recipe import one_hot_cross_entropy

RECIPE = replace(
    best.RECIPE,
    name="best-distilled",
    title="the network of best, taught by best-ensemble",
    loss=one_hot_cross_entropy,
    teacher="best-ensemble",
)
