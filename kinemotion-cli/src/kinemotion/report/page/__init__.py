"""The HTML report: facts, charts and key frames on one page."""
