"""Several clips in one call: the list of them, the processes that analyse them, what is told of each."""
