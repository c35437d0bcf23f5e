"""Pages of the reports: one subject a file."""
