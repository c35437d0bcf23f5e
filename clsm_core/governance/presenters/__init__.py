"""What the pages and papers of governance show: one subject a file."""
