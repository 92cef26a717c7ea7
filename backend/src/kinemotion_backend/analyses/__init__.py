"""Analyses: from the request to the result, through whatever queue, store and database."""
