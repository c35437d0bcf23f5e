"""Writes of the commission: one module a noun, one function a verb, one business event each.

Every function is keyword-only, checks for itself who acts and when it may, works in the caller's
transaction and records its event in it.
"""
