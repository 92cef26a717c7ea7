"""What running sports share: windows of steady running."""
