"""Tests of the commission's rules, without Django."""
