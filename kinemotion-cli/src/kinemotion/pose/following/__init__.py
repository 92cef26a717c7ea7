"""Following people from frame to frame: who is who, and which frames are measured."""
