"""Server-side halves of the situations' keys, kept apart from the main backup."""
