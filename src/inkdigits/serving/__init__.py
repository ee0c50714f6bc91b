"""The HTTP service and its web page; `inkdigits serve` starts it."""
