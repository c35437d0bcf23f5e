"""What a council's pages show: one subject a file, the council first."""
