"""What is counted and read for the reports; every reading starts from a council."""
