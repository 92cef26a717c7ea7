"""Tables, trajectories and motion files for other programs."""
