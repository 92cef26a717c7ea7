"""Webhooks: registration, deliveries, signatures, and the dispatcher that sends them."""
