"""Commands that read results: comparisons and histories."""
