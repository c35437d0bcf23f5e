"""What the council gives account of: computed indicators, conformity, the annual report."""
