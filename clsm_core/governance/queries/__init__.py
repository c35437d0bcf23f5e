"""What of governance is read, always from a council: one subject a file."""
