"""The report of a search: its trials as pictures and tables."""
