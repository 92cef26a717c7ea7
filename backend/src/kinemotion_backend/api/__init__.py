"""What clients see: routes, their documents, and problems as application/problem+json."""
