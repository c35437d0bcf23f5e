"""Hypothesis without deadline and without a folder of its own: machines differ, results do not."""

from hypothesis import settings

settings.register_profile("vault", deadline=None, database=None, max_examples=60)
settings.load_profile("vault")
