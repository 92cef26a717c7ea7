"""Pure numerical functions on arrays, for samples at any times."""
