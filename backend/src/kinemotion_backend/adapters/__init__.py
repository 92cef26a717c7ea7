"""The ports to the engine: the command line in a process, one process for many live streams, and mocks of both."""
