"""Tests of the release engine: no Django, no database."""
