"""A search over a recipe's own space: trials that share one study, each in a process that may die."""
