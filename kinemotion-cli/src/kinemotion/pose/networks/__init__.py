"""The landmark network in parts, and windows of them."""
