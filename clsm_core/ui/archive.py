"""Archives to hand over: the same files give the same bytes, whenever they are put together."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Container, Mapping

# The first day that the format knows: an archive does not tell when it was asked for.
EPOCH = (1980, 1, 1, 0, 0, 0)


def archive(files: Mapping[str, bytes], *, bare: Container[str] = ()) -> bytes:
    """Return a ZIP of files, in their order; those named in `bare` are not compressed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, body in files.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_STORED if name in bare else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            made.writestr(entry, body)
    return stream.getvalue()
