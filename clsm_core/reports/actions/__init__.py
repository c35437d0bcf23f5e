"""What is written of the reports."""
