"""What governance writes: one subject a file."""
