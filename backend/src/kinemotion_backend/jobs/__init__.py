"""The job queue: work that outlives a request and a crash; in this process, or over PostgreSQL."""
