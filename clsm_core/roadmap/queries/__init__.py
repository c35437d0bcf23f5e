"""Reads of the roadmap, always from a council."""
