"""The JSON contract: documents, their types and their schemas."""
