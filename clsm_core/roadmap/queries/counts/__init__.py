"""What is counted of a council's year: one definition an indicator, read by sheets and reports."""
