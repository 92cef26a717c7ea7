"""Several clips in one call: the manifest, processes or a cluster that analyse them, and what is printed of each."""
