"""Retention: what is deleted when it has been kept long enough, or when nothing refers to it any more."""
