"""Athletes, teams and sessions: trends, testing days, and export, import and deletion of a person's data."""
