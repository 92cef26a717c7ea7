"""Events for clients that listen: in memory, or over Redis for all instances."""
