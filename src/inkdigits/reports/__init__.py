"""Scores become pictures, an HTML page, a PDF and tables; no score is computed here."""
