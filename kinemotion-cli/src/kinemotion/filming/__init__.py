"""How a clip was filmed: what in its pictures makes a measurement impossible or doubtful."""
