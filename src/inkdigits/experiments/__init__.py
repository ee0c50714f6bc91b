"""Experiments: whole runs from recipe to report, repeats over seeds, comparison with the published."""
