"""The reference simulator: fictitious commissions on which releases are measured and attacked.

It is written before the engine and imports nothing of it: what it draws can be neither fitted to
the engine nor changed by it. Same seed, same rows, on every machine.

Source: decision 41; practice.md part 3; releases.md 6 (R2, R22).
"""
