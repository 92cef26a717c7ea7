"""The overlay video: skeleton, values, phases, and frame stepping."""
