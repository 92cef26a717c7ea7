"""API keys: who may call, for whom, and how much."""
