"""Version 1 of the API: analyses, athletes, live streams, uploads, webhooks and keys; who may call."""
