"""What running sports share: rough steps, and segmentation into windows of steady running."""
