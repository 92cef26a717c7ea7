"""The nouns: what flows through the engine. Frozen, in SI units, without I/O or algorithms."""
