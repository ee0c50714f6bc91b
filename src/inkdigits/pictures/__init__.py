"""Files, bytes, Pillow images and arrays become pixels, safely: `open_pages` gives them as a viewer shows them."""

from inkdigits.pictures.pages import open_pages

__all__ = ["open_pages"]
