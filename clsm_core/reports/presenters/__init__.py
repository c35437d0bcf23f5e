"""What the pages and papers of the reports show."""
