"""The motion of the camera, measured on the background."""
