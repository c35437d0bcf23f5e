"""The child of ``cases.files.apart``: a file on standard input, its verdict on standard output."""

from __future__ import annotations

import json
import resource
import sys
import warnings

MEMORY = 1536 * 2**20
SECONDS = 30
LIMITS = (
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_FSIZE, 0),
    (resource.RLIMIT_AS, MEMORY),
    (resource.RLIMIT_CPU, SECONDS),
)


def main() -> None:
    """Bind this process, read, inspect, answer."""
    from cases.files.inspection import inspect
    from cases.files.refusals import FileRefused

    for which, most in LIMITS:
        resource.setrlimit(which, (most, most))
    warnings.simplefilter("ignore")
    out = sys.stdout.buffer
    try:
        accepted = inspect(sys.argv[1], sys.stdin.buffer.read())
    except FileRefused as refused:
        out.write(json.dumps({"refused": refused.code}).encode() + b"\n")
    except MemoryError:
        out.write(json.dumps({"refused": "file_too_complex"}).encode() + b"\n")
    else:
        out.write(json.dumps({"sha256": accepted.original_sha256}).encode() + b"\n")
        out.write(accepted.content)
    out.flush()


if __name__ == "__main__":
    main()
