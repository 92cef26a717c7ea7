"""One folder a sport, the interface they share, and the registry that finds them."""
