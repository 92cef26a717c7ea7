"""The implementations of the video analyzer port."""
