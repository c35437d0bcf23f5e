"""What the pages of the field read, always from one council."""
