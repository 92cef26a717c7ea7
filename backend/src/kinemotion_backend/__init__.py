"""The Kinemotion service: an HTTP API around the kinemotion command."""
