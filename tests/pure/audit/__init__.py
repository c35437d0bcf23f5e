"""Tests of the ledger that need neither Django nor a database."""
