"""What a client may hand in.

- ``corrections``: instants that a person gives for events
- ``movement_options``: which movement and which options are meant
- ``video_containers``: which files can be a video
"""
