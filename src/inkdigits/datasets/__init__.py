"""Labelled digit images, checked by hash: `load` a set, `split` it by a named protocol."""

from inkdigits.datasets.contact_sheet import contact_sheet, write_contact_sheet
from inkdigits.datasets.digit_images import DigitImages
from inkdigits.datasets.export import export_folder
from inkdigits.datasets.loading import load
from inkdigits.datasets.splits import PROTOCOLS, Split, split

__all__ = [
    "PROTOCOLS",
    "DigitImages",
    "Split",
    "contact_sheet",
    "export_folder",
    "load",
    "split",
    "write_contact_sheet",
]
