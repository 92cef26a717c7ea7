"""Records of analyses, people, webhooks, keys and uploads: one interface each; `sql` implements them."""
