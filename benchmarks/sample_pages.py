"""Draws the sample pages of the service's web page, and their small pictures, into its folder.

python benchmarks/sample_pages.py [FOLDER]
"""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from pages import make_page
from synthetic.style import GRADES, Style

FOLDER = Path(__file__).parents[1] / "src" / "inkdigits" / "serving" / "page" / "samples"
_SMALL = (144, 192)  # width and height
_HAND = {"height": (44, 56), "lines": (4, 5), "digits": (4, 7), "quality": 72}

SAMPLES: dict[str, tuple[Style, int]] = {
    "desk": (replace(GRADES["desk"], rules="ruled", shadow=True, **_HAND), 3),
    "board": (replace(GRADES["board"], **_HAND), 5),
    "squared": (replace(GRADES["squared"], skew=4.0, perspective=0.04, **_HAND), 2),
    "note": (replace(GRADES["coloured-paper"], dirt=True, shadow=True, columns=True, **_HAND | {"digits": (3, 4)}), 7),
}


def main(folder: Path) -> None:
    """Writes NAME.jpg and NAME-small.jpg for every sample."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (style, seed) in SAMPLES.items():
        page = make_page(style, np.random.default_rng(seed))
        (folder / f"{name}.jpg").write_bytes(page.data)
        with Image.open(io.BytesIO(page.data)) as picture:
            picture.resize(_SMALL, Image.Resampling.LANCZOS).save(folder / f"{name}-small.jpg", quality=70)
        print(name, *page.lines, sep="\n  ")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
