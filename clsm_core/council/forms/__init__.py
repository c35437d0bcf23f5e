"""Forms of a council's own pages: one subject a file; each takes its council."""
