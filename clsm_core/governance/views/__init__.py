"""Pages of the bodies: one subject a file."""
