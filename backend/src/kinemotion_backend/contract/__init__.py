"""The engine's JSON contract, as this service reads it."""
