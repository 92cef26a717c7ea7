"""Uploads: how many videos are taken at once, files that arrive in pieces, or straight at the blob store."""
