"""Formats, keys and seals of the confidential commission.

Promises: pure Python, no framework, no database, no network; the only place of `cases` that
imports `cryptography`. Every function returns the value asked for or raises a `VaultError`; none
returns a boolean. Every stored blob begins with a type byte and a version or algorithm byte, and
what was sealed once stays readable for ever (fixed vectors in the tests, T-15).

Type bytes: E1 document, E2 file, E3 wrap, E4 outer seal, E5 slot, E6 grant, E7 directory entry,
E8 facets, E9 identity, EA open vault session, EB pending login.
Must never: name a secret in a `repr` or an exception, fall back to unsealed content.

Source: security.md §2.3; decisions 16–22.
"""
