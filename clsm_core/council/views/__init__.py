"""Pages of a council: one subject a file."""
