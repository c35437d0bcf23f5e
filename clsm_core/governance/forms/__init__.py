"""Forms of governance: one subject a file."""
