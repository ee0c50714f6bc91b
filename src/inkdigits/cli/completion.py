"""What can be named, in the help and when Tab is pressed, found without loading a training framework."""

from __future__ import annotations

DATA_HELP = "mnist, fashion-mnist, folder:DIR, csv:FILE or idx:DIR."


def recipes_begun(incomplete: str) -> list[str]:
    """The recipes whose names begin so; the shell itself offers files where there is none."""
    from inkdigits.recipes.names import recipe_names

    return [name for name in recipe_names() if name.startswith(incomplete)]


def data_begun(incomplete: str) -> list[str]:
    """The data sets, and the kinds of one's own, whose names begin so."""
    from inkdigits.datasets.loading import SPECS

    return [spec for spec in SPECS if spec.startswith(incomplete)]
