"""Live streams: numbers while the athlete is still on the mat."""
