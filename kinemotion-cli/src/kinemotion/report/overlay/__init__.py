"""The overlay video: what is drawn on each frame."""
