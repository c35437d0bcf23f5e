"""The rules of the commission in pure Python: no Django, no database, no clock.

Times are always passed in, aware. Codes are short and stable; labels are the French words
that users read.
"""
