"""Office documents (OOXML, ODF): archives opened with limits, written again without macros.

Refused: what does not open in a sane volume, programs, objects of other software, links followed
without a click, documents inside documents. Left out: author, dates, thumbnails, signatures.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from xml.etree import ElementTree

from cases.files import images
from cases.files.kinds import OLE, FileKind
from cases.files.refusals import FileRefused

MAX_ENTRIES = 2000
MAX_TOTAL = 150 * 2**20
MAX_RATIO = 200
# Under this, a ratio says nothing: an empty sheet compresses a thousandfold.
SMALL = 2**20
MAX_NAME = 240
_NAME = re.compile(r"[^\x00-\x1f\\:*?\"<>|]+")
_END = b"PK\x05\x06"
_END_SIZE = 22
_ARCHIVES = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", OLE, b"MZ", b"\x7fELF", b"%PDF-")
_XML = (".xml", ".rels")
_FETCHED = re.compile(r"(?:[a-z][a-z0-9+.-]*:|//|\\\\)", re.IGNORECASE)
_CLICKED = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)

_OOXML_MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_MACROS = re.compile(r"vba|macrosheets|activex|customui|\.bin$", re.IGNORECASE)
_EMBEDDED = re.compile(r"(?:^|/)embeddings/|oleobject", re.IGNORECASE)
_OUTSIDE = re.compile(r"(?:^|/)externallinks/|(?:^|/)connections\.xml$", re.IGNORECASE)
# Printer settings of spreadsheets are binary, harmless, and name the printer.
_PRINTERS = re.compile(r"(?:^|/)printersettings/", re.IGNORECASE)
_FIELDS = re.compile(r"DDE|INCLUDE(?:PICTURE|TEXT)|IMPORT", re.IGNORECASE)
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*?(?:/>|>\s*</(?:\w+:)?Relationship>)")
_OVERRIDE = re.compile(rb"<(?:\w+:)?Override\b[^>]*?(?:/>|>\s*</(?:\w+:)?Override>)")
_GONE = re.compile(rb"""(?:Target|PartName)\s*=\s*["'][^"']*(?:docProps/|printerSettings)""")

_ODF_DROPPED = re.compile(r"^(?:meta\.xml$|Thumbnails/|META-INF/.*signatures|layout-cache$)")
_ODF_PROGRAMS = re.compile(r"(?:^|/)(?:Basic|Scripts|Dialogs)/")
_ODF_ENTRY = re.compile(rb"<manifest:file-entry\b[^>]*?(?:/>|>\s*</manifest:file-entry>)")
_ODF_PATH = re.compile(rb'manifest:full-path\s*=\s*"([^"]*)"')


def clean_ooxml(kind: FileKind, content: bytes) -> bytes:
    """Write a DOCX or XLSX again. Raises: FileRefused."""
    entries = dict(_entries(content))
    if "[Content_Types].xml" not in entries or _OOXML_MAIN[kind.extension] not in entries:
        raise FileRefused("file_other_type")
    kept = {}
    for name, data in entries.items():
        if _PRINTERS.search(name) or name.lower().startswith("docprops/"):
            continue
        if _EMBEDDED.search(name):
            raise FileRefused("file_embedded")
        if _MACROS.search(name):
            raise FileRefused("file_macro")
        if _OUTSIDE.search(name):
            raise FileRefused("file_external")
        kept[name] = data
    for name, data in kept.items():
        if name.endswith(".rels"):
            kept[name] = _RELATION.sub(_unless_gone, data)
            _require_local(kept[name])
        elif name == "[Content_Types].xml":
            if b"macroenabled" in data.lower() or b"vbaproject" in data.lower():
                raise FileRefused("file_macro")
            kept[name] = _OVERRIDE.sub(_unless_gone, data)
        elif name.endswith(".xml"):
            _require_plain_fields(_parsed(data))
    return _written(kept)


def _unless_gone(found: re.Match[bytes]) -> bytes:
    return b"" if _GONE.search(found[0]) else found[0]


def _require_local(data: bytes) -> None:
    """Demand that nothing is fetched without a click. Raises: FileRefused."""
    for one in _parsed(data):
        if one.get("TargetMode", "").lower() != "external":
            continue
        is_link = one.get("Type", "").endswith("/hyperlink")
        if not (is_link and _CLICKED.match(one.get("Target", ""))):
            raise FileRefused("file_external")


def _require_plain_fields(root: ElementTree.Element) -> None:
    """Demand that no field of a text fetches or runs anything. Raises: FileRefused."""
    said = []
    for one in root.iter():
        tag = one.tag.rpartition("}")[2]
        if tag in ("instrText", "delInstrText"):
            said.append(one.text or "")
        elif tag == "fldSimple":
            said += [value for key, value in one.attrib.items() if key.endswith("instr")]
    # Split among runs, a name is whole again once they are joined.
    if _FIELDS.search("".join("".join(said).split())):
        raise FileRefused("file_external")


def clean_odf(kind: FileKind, content: bytes) -> bytes:
    """Write an ODT or ODS again. Raises: FileRefused."""
    entries = dict(_entries(content))
    if entries.get("mimetype") != kind.media_type.encode() or "content.xml" not in entries:
        raise FileRefused("file_other_type")
    kept = {}
    for name, data in entries.items():
        if _ODF_PROGRAMS.search(name):
            raise FileRefused("file_macro")
        if not _ODF_DROPPED.search(name):
            kept[name] = data
    for name, data in kept.items():
        if name == "META-INF/manifest.xml":
            if b"encryption-data" in data:
                raise FileRefused("file_encrypted")
            kept[name] = _ODF_ENTRY.sub(_unless_dropped, data)
        elif name.endswith(".xml"):
            _require_passive_odf(_parsed(data))
    return _written(kept)


def _unless_dropped(found: re.Match[bytes]) -> bytes:
    path = _ODF_PATH.search(found[0])
    name = path[1].decode("utf-8", "replace") if path else ""
    return b"" if _ODF_DROPPED.search(name) else found[0]


def _require_passive_odf(root: ElementTree.Element) -> None:
    """Demand no program, no data of another software, nothing fetched. Raises: FileRefused."""
    for one in root.iter():
        space, _, tag = one.tag.rpartition("}")
        if "xmlns:script" in space or tag == "script":
            raise FileRefused("file_macro")
        if "dde" in tag:
            raise FileRefused("file_external")
        if tag in ("object-ole", "plugin", "applet", "floating-frame"):
            raise FileRefused("file_embedded")
        for key, value in one.attrib.items():
            if key.rpartition("}")[2] != "href" or not _FETCHED.match(value):
                continue
            if not (tag == "a" and _CLICKED.match(value)):
                raise FileRefused("file_external")


def _entries(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Give the files of an archive, opened within limits. Raises: FileRefused."""
    end = content.rfind(_END)
    if end != len(content) - _END_SIZE:
        raise FileRefused("file_hidden_data" if end >= 0 else "file_damaged")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
            _require_sane(members)
            for member in members:
                if not member.is_dir():
                    yield member.filename, _opened(archive, member)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError):
        raise FileRefused("file_damaged") from None
    except RuntimeError:
        raise FileRefused("file_encrypted") from None
    except MemoryError:
        raise FileRefused("file_archive") from None


def _require_sane(members: list[zipfile.ZipInfo]) -> None:
    """Demand sane names and sizes, as the archive tells them. Raises: FileRefused."""
    names = [member.filename for member in members]
    if not members or len(members) > MAX_ENTRIES or len(set(names)) != len(names):
        raise FileRefused("file_archive")
    if sum(member.file_size for member in members) > MAX_TOTAL:
        raise FileRefused("file_archive")
    for member in members:
        name = member.filename
        parts = name.split("/")
        if not _NAME.fullmatch(name) or len(name) > MAX_NAME or name.startswith("/"):
            raise FileRefused("file_archive")
        if ".." in parts or "." in parts:
            raise FileRefused("file_archive")
        if member.flag_bits & 1:
            raise FileRefused("file_encrypted")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise FileRefused("file_archive")
        if member.file_size > SMALL and member.file_size > MAX_RATIO * member.compress_size:
            raise FileRefused("file_archive")


def _opened(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Return one file, never longer than it was said to be. Raises: FileRefused."""
    with archive.open(member) as source:
        data = source.read(member.file_size + 1)
    if len(data) != member.file_size:
        raise FileRefused("file_archive")
    if data.startswith(_ARCHIVES):
        raise FileRefused("file_embedded")
    return images.without_metadata(member.filename, data)


def _parsed(data: bytes) -> ElementTree.Element:
    """Read an XML part, without entities or a coding other than UTF-8. Raises: FileRefused."""
    head = data[:200].lower()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head:
        raise FileRefused("file_damaged")
    if b"encoding" in head and not re.search(rb"encoding\s*=\s*[\"'](?:utf-8|us-ascii)[\"']", head):
        raise FileRefused("file_damaged")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise FileRefused("file_external")
    try:
        return ElementTree.fromstring(data)  # noqa: S314 - no entity can be declared.
    except ElementTree.ParseError:
        raise FileRefused("file_damaged") from None


def _written(kept: dict[str, bytes]) -> bytes:
    """Write an archive whose entries say no date; ODF's type stands first, as it is."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(kept, key=lambda one: (one != "mimetype", one != "[Content_Types].xml")):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, kept[name])
    return made.getvalue()
