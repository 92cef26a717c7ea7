"""What the service counts and measures about itself, for Prometheus."""
