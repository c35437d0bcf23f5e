"""Receive a file in memory: what is beyond the limit is counted, not kept.

A file that is too long arrives with its true size and without a byte, so that its form can say so.
Nothing is written on a disk (T-07). The token of the form is checked all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

View = Callable[..., HttpResponse]


class BoundedHandler(FileUploadHandler):
    """Keep the files of one request in memory, up to ``limit`` bytes in all."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit
        self._pieces: list[bytes] = []
        self._kept = 0
        self._is_kept = True

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self._pieces, self._is_kept = [], True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, unless the request brought too much already."""
        self._kept += len(raw_data)
        if self._kept > self._limit:
            self._pieces, self._is_kept = [], False
        if self._is_kept:
            self._pieces.append(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Return the file: its bytes, or its size alone."""
        content, self._pieces = b"".join(self._pieces), []
        return InMemoryUploadedFile(
            BytesIO(content),
            self.field_name,
            self.file_name,
            self.content_type,
            file_size if self._is_kept else max(file_size, self._limit + 1),
            self.charset,
            self.content_type_extra,
        )


def upload_page(limit: int) -> Callable[[View], View]:
    """Let a view receive files of ``limit`` bytes at most; put it outermost.

    The handler must be chosen before the body is read, hence before the form's token is checked:
    the check moves to the view.
    """

    def decorate(view: View) -> View:
        checked = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            request.upload_handlers = [BoundedHandler(limit)]
            return checked(request, *args, **kwargs)

        return opened

    return decorate
