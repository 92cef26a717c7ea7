"""Athletes, teams and sessions: who is measured, how they develop, and their right to be forgotten."""
