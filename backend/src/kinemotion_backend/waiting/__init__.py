"""How tasks wait for each other."""
