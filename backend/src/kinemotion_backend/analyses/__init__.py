"""Analyses: how they are submitted, run, finished, published, shared and deleted."""
