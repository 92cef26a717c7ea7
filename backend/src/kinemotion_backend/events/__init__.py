"""How a part of the service tells the others what happened: in memory, or over Redis across instances."""
