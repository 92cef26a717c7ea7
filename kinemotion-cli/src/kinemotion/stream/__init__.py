"""Live streams: many sessions in one process; records on standard input, JSON lines on standard output."""
