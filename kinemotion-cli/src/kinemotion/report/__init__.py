"""The edge that tells: documents, text, pictures, pages and tables made of a report."""
