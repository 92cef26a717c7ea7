"""Numerical functions on arrays: smoothing, interpolation, robust fits, crossings, intervals, rhythm."""
