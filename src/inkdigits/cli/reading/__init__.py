"""The work behind `inkdigits read`: many files at once, resumed, written whole."""
