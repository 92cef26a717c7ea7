"""The client of the service; `synchronous` is generated from `asynchronous`."""
