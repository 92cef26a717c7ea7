"""What jumping sports share: segmentation, flights, push-off, jump height, ground height."""
