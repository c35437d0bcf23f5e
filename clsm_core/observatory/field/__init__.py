"""What the council observes by itself: diagnoses, series, needs, priorities, transmissions."""
