"""The commands `live`, for a camera, and `stream`, for programs."""
