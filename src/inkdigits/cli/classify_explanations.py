"""The pictures that `inkdigits classify --explain` writes, one for each image."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from inkdigits.cli.reading.images import output_stems
from inkdigits.cli.reading.pictures import open_folder, write_whole

if TYPE_CHECKING:
    from rich.console import Console

    from inkdigits.recognizer import Recognition, Recognizer

_DRAWN = r"\.explained\.png"


class ExplainedPictures:
    """Writes pictures into a folder.

    Raises `OutputError` when it cannot, `BundleError` for a model that cannot be explained.
    """

    def __init__(self, folder: Path, images: Sequence[str], recognizer: Recognizer, errors: Console) -> None:
        from inkdigits.explanations import Explainer

        open_folder("--explain", folder, _DRAWN, images)
        self._folder, self._classes = folder, recognizer.classes
        named = list(dict.fromkeys(images))
        self._stems = dict(zip(named, output_stems(named), strict=True))
        with errors.status("Recognising training images"):  # which is silent where there is no terminal
            self._explainer = Explainer(recognizer)
        if not self._explainer.knows_training_images:
            errors.print("inkdigits: --explain: the images this bundle was trained on are not at hand; no nearest ones")

    def write(self, image: str, seen: Recognition) -> None:
        """Explains `seen`, which is of that one image."""
        from inkdigits.explanations.picture import card

        (explanation,) = self._explainer.explain(seen.digit_images)
        ((digit, confidence),) = seen.ranked(self._classes, 1)[0]
        title = f"Read as {digit}, {confidence:.1%} sure"
        if digit is None:
            title = f"No digit, {confidence:.1%} sure; the likeliest would be {self._classes[explanation.label]}"
        file = io.BytesIO()
        card(title, explanation, self._classes).save(file, format="PNG")
        write_whole(self._folder / f"{self._stems[image]}.explained.png", file.getvalue())
