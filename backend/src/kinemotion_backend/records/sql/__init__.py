"""Records in SQLite or PostgreSQL, by one class for both."""
