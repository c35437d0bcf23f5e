"""Forms of the directory: one subject a file."""
