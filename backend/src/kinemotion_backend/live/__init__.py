"""Live streams: one stream, all streams of a process, their messages, capacity, result, and the port to the engine."""
