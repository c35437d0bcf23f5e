"""What files a council may keep: a closed list, known by their name and by their first bytes.

Pure Python. Promise: a name and a content that disagree are refused, and so is what may act by
itself (programs, macros, locked archives). Nothing is opened beyond the list of an archive's files.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

MAX_BYTES = 10 * 2**20
MAX_ENTRIES = 5000
_ZIP = b"PK\x03\x04"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
_MACROS = re.compile(
    r"vbaproject|macrosheets|activex|\.bin$|\.exe$|\.dll$|^(?:basic|scripts)/", re.IGNORECASE
)
# Printer settings of spreadsheets are binary and harmless.
_HARMLESS = re.compile(r"(?:^|/)printersettings/", re.IGNORECASE)
_ACTIVE_PDF = re.compile(rb"/(?:JavaScript|Launch)\b")


class FileRefused(Exception):
    """A file is not kept; ``message`` says why, and what to do."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = MESSAGES[code]


MESSAGES = {
    "type": "Ce type de fichier n’est pas reçu. Envoyez un PDF, un document (ODT, DOCX), un tableau"
    " (ODS, XLSX, CSV), une présentation (ODP, PPTX), une image (PNG, JPEG) ou un texte (TXT).",
    "other": "Le contenu de ce fichier n’est pas celui que son nom annonce. Ouvrez-le et"
    " enregistrez-le de nouveau dans son format, ou en PDF.",
    "macro": "Ce fichier contient un programme (macro, script) : il n’est pas reçu. Enregistrez-le"
    " sans macro, ou en PDF.",
    "locked": "Ce fichier est protégé par un mot de passe : personne ne pourrait l’ouvrir."
    " Enregistrez-le sans protection.",
    "empty": "Ce fichier est vide.",
    "long": "Ce fichier dépasse 10 Mo. Réduisez ses images ou envoyez-le en plusieurs fois.",
}


@dataclass(frozen=True)
class FileKind:
    """A type of file: how its name ends, its media type, how it begins."""

    extension: str
    media_type: str
    head: bytes
    # The member that an archive of this type must hold, with what an OpenDocument says it is.
    member: str = ""


KINDS = {
    kind.extension: kind
    for kind in (
        FileKind("pdf", "application/pdf", b"%PDF-"),
        FileKind("png", "image/png", b"\x89PNG\r\n\x1a\n"),
        FileKind("jpg", "image/jpeg", b"\xff\xd8\xff"),
        FileKind("docx", f"{_OFFICE}wordprocessingml.document", _ZIP, "word/document.xml"),
        FileKind("xlsx", f"{_OFFICE}spreadsheetml.sheet", _ZIP, "xl/workbook.xml"),
        FileKind("pptx", f"{_OFFICE}presentationml.presentation", _ZIP, "ppt/presentation.xml"),
        FileKind("odt", f"{_ODF}text", _ZIP, "mimetype"),
        FileKind("ods", f"{_ODF}spreadsheet", _ZIP, "mimetype"),
        FileKind("odp", f"{_ODF}presentation", _ZIP, "mimetype"),
        FileKind("csv", "text/csv", b""),
        FileKind("txt", "text/plain", b""),
    )
}
_SAME = {"jpeg": "jpg"}
EXTENSIONS = ",".join(f".{extension}" for extension in (*KINDS, *_SAME))


def kind_of(name: str, content: bytes, size: int) -> FileKind:
    """Return the type of a file, once its name and its content agree.

    Args:
        content: all its bytes; none when it was too long to be kept.
        size: its true size.

    Raises: FileRefused.
    """
    extension = name.rpartition(".")[2].strip().lower() if "." in name else ""
    kind = KINDS.get(_SAME.get(extension, extension))
    if kind is None:
        raise FileRefused("type")
    if size > MAX_BYTES:
        raise FileRefused("long")
    if not content:
        raise FileRefused("empty")
    if not kind.head:
        _require_text(content)
    elif not content.startswith(kind.head):
        raise FileRefused("other")
    elif kind.member:
        _require_archive(kind, content)
    elif kind.extension == "pdf":
        _require_still(content)
    return kind


def safe_name(name: str, kind: FileKind) -> str:
    """Return a file's name without path, control character or quote, with its true extension."""
    bare = re.split(r"[/\\]", name)[-1].rpartition(".")[0]
    kept = re.sub(r"[\x00-\x1f\x7f\"';<>|:*?\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", bare)
    return f"{' '.join(kept.split())[:120].strip('. ') or 'document'}.{kind.extension}"


def _require_text(content: bytes) -> None:
    """Demand a text: UTF-8 or the Windows one, without the bytes that no text has."""
    heads = (_ZIP, b"%PDF-", b"MZ", b"\x7fELF", b"\x89PNG", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0")
    if b"\x00" in content or content.startswith(heads):
        raise FileRefused("other")
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What old spreadsheets write: every byte but five is a character.
        try:
            content.decode("cp1252")
        except UnicodeDecodeError:
            raise FileRefused("other") from None


def _require_still(content: bytes) -> None:
    """Demand a PDF that says nothing of a script; what is hidden in a stream stays a download."""
    if b"/Encrypt" in content:
        raise FileRefused("locked")
    if _ACTIVE_PDF.search(content):
        raise FileRefused("macro")


def _require_archive(kind: FileKind, content: bytes) -> None:
    """Demand an office archive of this very type, without program, that opens without a key."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > MAX_ENTRIES:
                raise FileRefused("other")
            names = [one.filename for one in members]
            if any(one.flag_bits & 1 for one in members):
                raise FileRefused("locked")
            if any(_MACROS.search(name) and not _HARMLESS.search(name) for name in names):
                raise FileRefused("macro")
            if kind.member not in names:
                raise FileRefused("other")
            if kind.member == "mimetype":
                _require_odf(kind, archive)
            elif "[Content_Types].xml" not in names:
                raise FileRefused("other")
            elif b"macroenabled" in _head(archive, "[Content_Types].xml").lower():
                raise FileRefused("macro")
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError):
        raise FileRefused("other") from None


def _require_odf(kind: FileKind, archive: zipfile.ZipFile) -> None:
    if _head(archive, "mimetype") != kind.media_type.encode():
        raise FileRefused("other")
    manifest = "META-INF/manifest.xml"
    if manifest in archive.namelist() and b"encryption-data" in _head(archive, manifest):
        raise FileRefused("locked")


def _head(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return the first mebibyte of a member: an archive may announce far more than it is."""
    with archive.open(name) as member:
        return member.read(2**20)
