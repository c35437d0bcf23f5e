"""PDF: whatever acts by itself is refused, the rest is written again without who made it.

A view to open the document at is no act: it is left out, since every office suite writes one.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from cases.files import jpeg
from cases.files.kinds import FileKind
from cases.files.refusals import FileRefused

_EOF = b"%%EOF"
_AFTER_EOF = 1024
MAX_OBJECTS = 250_000
MAX_DEPTH = 60
# Keys whose presence is an act, and kinds of actions that are one.
_ACTIVE_KEYS = ("/JavaScript", "/JS", "/AA", "/XFA", "/RichMediaContent", "/RichMediaSettings")
_ACTIVE_ACTIONS = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/GoToE",
        "/GoToR",
        "/ImportData",
        "/SubmitForm",
        "/ResetForm",
        "/Rendition",
        "/RichMediaExecute",
        "/Movie",
        "/Sound",
        "/SetOCGState",
        "/Hide",
        "/Trans",
        "/GoTo3DView",
    }
)
_ACTIVE_SUBTYPES = frozenset({"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})
_EMBEDDING_KEYS = ("/EmbeddedFiles", "/EF", "/AF", "/Collection")
_METADATA = ("/Metadata", "/PieceInfo", "/LastModified")


def clean(kind: FileKind, content: bytes) -> bytes:
    """Write a PDF again. Raises: FileRefused."""
    _require_whole(content)
    try:
        with pikepdf.open(BytesIO(content), suppress_warnings=True) as document:
            if document.is_encrypted:
                raise FileRefused("file_encrypted")
            _require_passive(document)
            _strip(document)
            if len(document.pages) == 0:
                raise FileRefused("file_damaged")
            made = BytesIO()
            document.save(
                made,
                linearize=False,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
                deterministic_id=True,
            )
            return made.getvalue()
    except pikepdf.PasswordError:
        raise FileRefused("file_encrypted") from None
    except MemoryError:
        raise FileRefused("file_too_complex") from None
    except FileRefused:
        raise
    except Exception:
        # The library has as many ways to fail as there are ways to be malformed.
        raise FileRefused("file_damaged") from None


def _require_whole(content: bytes) -> None:
    """Demand an end, and nothing after it. Raises: FileRefused."""
    last = content.rfind(_EOF)
    if last < 0:
        raise FileRefused("file_damaged")
    rest = content[last + len(_EOF) :]
    if rest.strip(b"\0\r\n\t \x1a") or len(rest) > _AFTER_EOF:
        raise FileRefused("file_hidden_data")


def _require_passive(document: Pdf) -> None:
    root = document.Root
    opening = root.get("/OpenAction")
    if isinstance(opening, Dictionary) and str(opening.get("/S", "")) == "/GoTo":
        opening = None
    if opening is not None and not isinstance(opening, Array):
        raise FileRefused("file_active")
    if "/OpenAction" in root:
        del root["/OpenAction"]
    if len(document.objects) > MAX_OBJECTS:
        raise FileRefused("file_too_complex")
    for one in document.objects:
        for found in _dictionaries(one):
            _require_passive_dictionary(found)


def _dictionaries(one: Object, depth: int = 0) -> Iterator[Any]:
    """Give an object's dictionaries, those written inside it included. Raises: FileRefused."""
    if depth > MAX_DEPTH:
        raise FileRefused("file_too_complex")
    if isinstance(one, Dictionary | Stream):
        yield one
        inside: Any = one.values() if isinstance(one, Dictionary) else _values(one)
    elif isinstance(one, Array):
        inside = one
    else:
        return
    for value in inside:
        # What is written apart is walked for itself.
        if isinstance(value, Dictionary | Array) and not value.is_indirect:
            yield from _dictionaries(value, depth + 1)


def _values(stream: Stream) -> list[Any]:
    return [stream.get(key) for key in stream.keys()]  # noqa: SIM118 - a stream is no mapping.


def _require_passive_dictionary(found: Any) -> None:
    if any(key in found for key in _EMBEDDING_KEYS):
        raise FileRefused("file_embedded")
    if any(key in found for key in _ACTIVE_KEYS):
        raise FileRefused("file_active")
    action, subtype = found.get("/S"), found.get("/Subtype")
    if isinstance(action, Name) and str(action) in _ACTIVE_ACTIONS:
        # /S also names what a structure or a border is: an action has what to act upon.
        raise FileRefused("file_active")
    if isinstance(subtype, Name):
        if str(subtype) == "/FileAttachment":
            raise FileRefused("file_embedded")
        if str(subtype) in _ACTIVE_SUBTYPES:
            raise FileRefused("file_active")


def _strip(document: Pdf) -> None:
    """Leave out who made the document, when, with what, and what its pictures tell."""
    if "/Info" in document.trailer:
        del document.trailer["/Info"]
    for one in document.objects:
        if not isinstance(one, Dictionary | Stream):
            continue
        for key in _METADATA:
            if key in one:
                del one[key]
        if isinstance(one, Stream) and _is_jpeg(one):
            _strip_jpeg(one)


def _is_jpeg(stream: Stream) -> bool:
    filters = stream.get("/Filter")
    if isinstance(filters, Array) and len(filters) == 1:
        filters = filters[0]
    return isinstance(filters, Name) and str(filters) == "/DCTDecode"


def _strip_jpeg(stream: Stream) -> None:
    raw = stream.read_raw_bytes()
    try:
        kept = jpeg.without_metadata(raw)
    except FileRefused:
        # Readers of PDF forgive more than the standard says; such a picture stays as it is.
        return
    if kept != raw:
        parameters = stream.get("/DecodeParms")
        if isinstance(parameters, Dictionary | Array):
            stream.write(kept, filter=Name.DCTDecode, decode_parms=parameters)
        else:
            stream.write(kept, filter=Name.DCTDecode)
