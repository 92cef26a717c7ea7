"""The port to the engine: what an analyzer does, and the ways of doing it."""
