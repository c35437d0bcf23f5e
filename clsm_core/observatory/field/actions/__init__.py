"""Writes of the field: diagnoses, series, needs, priorities, transmissions."""
