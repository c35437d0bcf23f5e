"""Take files in, in memory alone: at most 10 MiB a request; what is beyond is counted, not kept.

A file that is too long arrives with its true size and without a byte, so that its form can say so
and lose nothing of what was typed.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from clsm_core.governance.filetypes import MAX_BYTES


class MemoryHandler(FileUploadHandler):
    """Keep the files of one request in memory, 10 MiB in all."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._kept = 0
        self._pieces: list[bytes] = []
        self._is_kept = True

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self._pieces, self._is_kept = [], True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, unless the request brought too much already."""
        if not self._is_kept:
            return
        self._kept += len(raw_data)
        if self._kept > MAX_BYTES:
            self._is_kept = False
            self._kept -= len(raw_data) + sum(map(len, self._pieces))
            self._pieces = []
            return
        self._pieces.append(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Return the file: its bytes, or its size alone."""
        content = b"".join(self._pieces) if self._is_kept else b""
        self._pieces = []
        return InMemoryUploadedFile(
            BytesIO(content),
            self.field_name,
            self.file_name,
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
        )
