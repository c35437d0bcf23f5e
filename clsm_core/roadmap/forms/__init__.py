"""Forms of the roadmap."""
