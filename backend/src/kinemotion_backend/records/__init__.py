"""Records: what the service keeps of analyses, people, webhooks and keys."""
