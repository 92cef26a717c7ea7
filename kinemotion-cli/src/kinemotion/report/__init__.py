"""All that is written of an analysis: documents, text, figures, overlays, pages and files for other programs."""
