"""Files received: what they are, whether they may stay, and what of them is kept.

Promises: a file is accepted by its own bytes, never by its name or by what its sender says; what is
kept is written again from what was understood, without what it told of its author, its place or its
device. Nothing is written on a disk.
Must never: import a framework, open a network address other than the antivirus, keep a byte.
"""
