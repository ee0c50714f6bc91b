"""The findings of a data audit as a page and in words."""
