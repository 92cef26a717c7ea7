"""Webhooks: who wants to be told of what, and how an event reaches them."""
