"""How much each caller may do: rates, quotas and places, in memory or in Redis."""
