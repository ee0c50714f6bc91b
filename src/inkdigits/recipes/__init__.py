"""Recipes: one file a system, with its network, its training plan and what its authors published."""
