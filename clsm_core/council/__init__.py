"""Councils and their territory; knows no person."""
