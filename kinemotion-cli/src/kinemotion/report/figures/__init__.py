"""Charts of a trial, a stride and a trend."""
