"""Forms of the field, without any individual situation (D-10)."""
