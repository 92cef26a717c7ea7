"""Where videos and results are kept as bytes: one port, over a local folder or an S3-compatible store."""
