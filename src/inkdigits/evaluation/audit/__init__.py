"""What is wrong with a set of labelled images: probable label errors, near-duplicates."""
