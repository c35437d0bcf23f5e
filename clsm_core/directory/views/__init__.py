"""Pages of the directory: one subject a file."""
