"""What pages show, as plain values built from plain values: no key, no decision on rights."""
