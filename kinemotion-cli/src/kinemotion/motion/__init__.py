"""The data that flow through the engine: frozen dataclasses in SI units, without I/O or algorithms."""
