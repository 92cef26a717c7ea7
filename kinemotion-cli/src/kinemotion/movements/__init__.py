"""One folder a sport, the seam they share, and the registry that finds them."""
