"""The closed list of what may be deposited, by extension, with the first bytes each must have."""

from __future__ import annotations

from dataclasses import dataclass

PDF, IMAGE, OOXML, ODF, TEXT = "pdf", "image", "ooxml", "odf", "text"
_ZIP = b"PK\x03\x04"
_OF_OFFICE = "application/vnd.openxmlformats-officedocument."
_OF_ODF = "application/vnd.oasis.opendocument."
# What an old Office file, or an encrypted new one, begins with.
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@dataclass(frozen=True)
class FileKind:
    """A type of file: its own extension, its media type, how it begins, who reads it."""

    extension: str
    media_type: str
    head: bytes
    family: str

    def begins(self, content: bytes) -> bool:
        """Tell whether some bytes begin as this type does."""
        if self.extension == "webp":
            return content[:4] == self.head and content[8:12] == b"WEBP"
        return content.startswith(self.head)


KINDS = {
    kind.extension: kind
    for kind in (
        FileKind("pdf", "application/pdf", b"%PDF-", PDF),
        FileKind("jpg", "image/jpeg", b"\xff\xd8\xff", IMAGE),
        FileKind("png", "image/png", b"\x89PNG\r\n\x1a\n", IMAGE),
        FileKind("webp", "image/webp", b"RIFF", IMAGE),
        FileKind("docx", f"{_OF_OFFICE}wordprocessingml.document", _ZIP, OOXML),
        FileKind("xlsx", f"{_OF_OFFICE}spreadsheetml.sheet", _ZIP, OOXML),
        FileKind("odt", f"{_OF_ODF}text", _ZIP, ODF),
        FileKind("ods", f"{_OF_ODF}spreadsheet", _ZIP, ODF),
        FileKind("txt", "text/plain; charset=utf-8", b"", TEXT),
    )
}
_SAME = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg", "text": "txt"}
_FOREIGN_HEADS = (
    *(kind.head for kind in KINDS.values() if kind.head and kind.head != b"RIFF"),
    OLE,
    b"MZ",
    b"\x7fELF",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"{\\rtf",
)


def kind_of(name: str) -> FileKind | None:
    """Return the type that a file's name announces, None when it is not on the list."""
    extension = name.rpartition(".")[2].strip().lower() if "." in name else ""
    return KINDS.get(_SAME.get(extension, extension))


def begins_as_another(content: bytes) -> bool:
    """Tell whether some bytes begin as a type that is not a text."""
    return content.startswith(_FOREIGN_HEADS)
