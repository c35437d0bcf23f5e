"""The ledger of who did what: written by every service, read by the DPO, provable to an outsider.

This package imports nothing of the project: layouts, people, objects and rights reach it
through the settings.
"""
