"""Kinemotion: the numbers of a force-plate laboratory from one phone video."""
