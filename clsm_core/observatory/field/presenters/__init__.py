"""What the pages and papers of the field show."""
