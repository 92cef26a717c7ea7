"""Commands for live streams."""
