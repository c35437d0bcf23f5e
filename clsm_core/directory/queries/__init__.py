"""What of the directory the pages show, a council first."""
