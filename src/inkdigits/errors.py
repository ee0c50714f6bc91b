"""What a user can get wrong, told in one line: the thing, what is wrong with it, what to do."""


class InkdigitsError(Exception):
    """Base of every error that inkdigits raises on purpose; its text is one line fit for a terminal."""


class ImageError(InkdigitsError):
    """An image cannot be read as ink: missing, damaged, of an unknown format, or too large."""


class DatasetError(InkdigitsError):
    """A data set is missing, damaged, or not of the promised form."""


class BundleError(InkdigitsError):
    """A bundle is missing, damaged, or written by a newer format."""


class RecipeError(InkdigitsError):
    """A recipe does not exist or is not of the promised form."""


class RunError(InkdigitsError):
    """A run folder cannot be used: occupied, unwritable, or not what it claims to be."""


class MissingExtraError(InkdigitsError):
    """A feature needs packages that the bare install leaves out."""
