"""How much each caller may do: rates, quotas and limit, in memory or in Redis."""
