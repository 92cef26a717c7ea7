"""Text for a terminal: summaries, comparisons, histories."""
