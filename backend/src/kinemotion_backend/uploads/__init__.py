"""Uploads: files that arrive in pieces, or straight at the blob store, before an analysis asks for them."""
