"""Requests that the service makes to addresses that users gave: webhooks."""
