"""The demonstration: two councils, two commissions, a fixed cast and a story told by the actions.

Everything here is fictitious except the names, codes and populations of communes. Run by
``make demo``; never in production.
"""
