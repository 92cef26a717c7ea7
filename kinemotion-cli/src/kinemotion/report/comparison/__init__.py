"""Comparisons of results and trends over time."""
