"""Turn coded situations into figures from which no small group can be rebuilt.

Promises: every figure that leaves is a band starting at 11 or more; what is published is a pure
function of a versioned plan and of contingency counts; a release whose audit does not succeed is
never built. This package imports no Django, opens no file but plans, and never sees a person:
it receives codes and counts.

Source: decisions 35-41; releases.md sections 0, 2.5 and 5.
"""
