"""Draws the reliability diagram of the bundle that ships, from the scores it carries.

python docs/explanation/reliability.py reliability.png
"""

from __future__ import annotations

import sys
from pathlib import Path

from inkdigits.bundle import PRETRAINED, load_bundle
from inkdigits.reports.plots import plot_calibration
from inkdigits.reports.style import png


def main(output: Path) -> None:
    """Writes the picture."""
    output.write_bytes(png(plot_calibration(load_bundle(PRETRAINED).metadata["scores"])))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
