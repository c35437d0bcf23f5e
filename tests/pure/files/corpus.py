"""Files to send, good and hostile, all made here: nothing of them is stored (T-58).

A function that makes a hostile file takes nothing from outside and returns its bytes; the names say
what is wrong with it. ``HOSTILE`` pairs each with the name it comes under and its verdict.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO

import pikepdf
from PIL import Image, PngImagePlugin

# The test string of antivirus makers, cut so that no antivirus stops at this very file.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()
PLACE = "48.1173"
OWNER = "AUTEUR-CANARI"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


# --- pictures ---
def jpeg(*, with_place: bool = True, size: tuple[int, int] = (120, 80)) -> bytes:
    """Return a photograph that says where it was taken, by whom, with what, and must be turned."""
    picture = Image.radial_gradient("L").resize(size).convert("RGB")
    made = BytesIO()
    if not with_place:
        picture.save(made, "JPEG", quality=92)
        return made.getvalue()
    exif = Image.Exif()
    exif[0x010F] = "Fabricant"
    exif[0x013B] = OWNER
    exif[0x0112] = 6  # Turned a quarter.
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 7.0, 2.28), 3: "E", 4: (6.0, 10.0, 0.0)})
    exif[0x8825] = exif.get_ifd(0x8825)
    picture.save(made, "JPEG", quality=92, exif=exif, comment=OWNER.encode())
    return made.getvalue()


def png(*, told: str = OWNER) -> bytes:
    """Return a picture with a text in it."""
    said = PngImagePlugin.PngInfo()
    said.add_text("Author", told)
    made = BytesIO()
    Image.radial_gradient("L").save(made, "PNG", pnginfo=said)
    return made.getvalue()


def webp() -> bytes:
    """Return a picture in WebP, with an EXIF author."""
    exif = Image.Exif()
    exif[0x013B] = OWNER
    made = BytesIO()
    Image.radial_gradient("L").convert("RGB").save(made, "WEBP", exif=exif)
    return made.getvalue()


def pixel_flood() -> bytes:
    """Return a PNG of a few kilobytes that would fill 12 GiB once drawn."""
    side = 65_000

    def chunk(name: bytes, data: bytes) -> bytes:
        check = zlib.crc32(name + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + name + data + check

    head = side.to_bytes(4, "big") * 2 + bytes((8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(3 * side + 1)))
        + chunk(b"IEND", b"")
    )


# --- PDF ---
def pdf(
    change: Callable[[pikepdf.Pdf], None] | None = None,
    *,
    pages: int = 1,
    encryption: pikepdf.Encryption | None = None,
) -> bytes:
    """Return a PDF that names its author, changed by a function when one is given."""
    document = pikepdf.new()
    for _ in range(pages):
        page = document.add_blank_page(page_size=(595, 842))
        page.Contents = document.make_stream(b"BT ET")
    document.docinfo["/Author"] = OWNER
    with document.open_metadata() as told:
        told["dc:creator"] = [OWNER]
    if change is not None:
        change(document)
    made = BytesIO()
    document.save(made, encryption=encryption if encryption else False, compress_streams=False)
    return made.getvalue()


def pdf_of(size: int, told: bytes) -> bytes:
    """Return a valid PDF of about this many bytes that no compression shortens."""

    def fill(document: pikepdf.Pdf) -> None:
        document.pages[0].Contents = document.make_stream(told + os.urandom(size))

    return pdf(fill)


def text_of(content: bytes) -> bytes:
    """Return what the first page of a PDF holds."""
    with pikepdf.open(BytesIO(content)) as document:
        return document.pages[0].Contents.read_bytes()


def _script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(
        S=pikepdf.Name.JavaScript, JS="app.alert('bonjour')"
    )


def _hidden_script(document: pikepdf.Pdf) -> None:
    annotation = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Link,
        Rect=[0, 0, 9, 9],
        A=pikepdf.Dictionary(
            S=pikepdf.Name.URI,
            URI="https://exemple.invalid",
            Next=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe"),
        ),
    )
    document.pages[0].Annots = pikepdf.Array([annotation])


def _embedded(document: pikepdf.Pdf) -> None:
    document.attachments["autre.pdf"] = b"%PDF-1.7"


def _form(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm = pikepdf.Dictionary(Fields=[], XFA=document.make_stream(b"<xdp/>"))


def _rich(document: pikepdf.Pdf) -> None:
    annotation = pikepdf.Dictionary(Subtype=pikepdf.Name.RichMedia, Rect=[0, 0, 9, 9])
    document.pages[0].Annots = pikepdf.Array([annotation])


def _page_act(document: pikepdf.Pdf) -> None:
    document.pages[0].AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.Named))


def _remote(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://exemple.invalid")


def harmless_view(document: pikepdf.Pdf) -> None:
    """Ask to be opened at a place, as every office suite does."""
    document.Root.OpenAction = pikepdf.Array([document.pages[0].obj, pikepdf.Name.Fit])


def photograph_inside(document: pikepdf.Pdf) -> None:
    """Hold a photograph that says where it was taken."""
    picture = document.make_stream(
        jpeg(),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=120,
        Height=80,
        ColorSpace=pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    document.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))


# --- office documents ---
def _archive(entries: dict[str, bytes | str]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            kind = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6)), content, kind)
    return made.getvalue()


def docx(**changes: bytes | str | None) -> bytes:
    """Return a text document; ``changes`` add, replace or (None) remove parts, ``__`` for /."""
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.'
        'openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="'
        'application/xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.'
        'openxmlformats-package.core-properties+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{R}"><Relationship Id="r1" Type="{OFFICE}/office'
        f'Document" Target="word/document.xml"/><Relationship Id="r2" Type="{OFFICE}/core" Target='
        '"docProps/core.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>Bonjour</w:t></w:r>'
        "</w:p></w:body></w:document>",
        "docProps/core.xml": f"<core><creator>{OWNER}</creator></core>",
        "docProps/thumbnail.jpeg": jpeg(),
        "word/media/image1.jpg": jpeg(),
    }
    for name, content in changes.items():
        path = name.replace("__", "/").replace("_dot_", ".")
        if content is None:
            parts.pop(path, None)
        else:
            parts[path] = content
    return _archive(parts)


def with_parts(base: bytes, parts: dict[str, bytes | str]) -> bytes:
    """Return an archive with some parts added or replaced."""
    with zipfile.ZipFile(BytesIO(base)) as archive:
        held: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    return _archive({**held, **parts})


def xlsx() -> bytes:
    """Return a spreadsheet with the settings of a printer, as most have."""
    return with_parts(
        docx(word__document_dot_xml=None),
        {"xl/workbook.xml": "<workbook/>", "xl/printerSettings/printerSettings1.bin": b"\1\2"},
    )


def odt() -> bytes:
    """Return an ODF text that names its author."""
    space = "urn:oasis:names:tc:opendocument:xmlns"
    return _archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f'<office:document-content xmlns:office="{space}:office:1.0">'
            "<office:scripts/><office:body/></office:document-content>",
            "meta.xml": f"<meta><creator>{OWNER}</creator></meta>",
            "Thumbnails/thumbnail.png": png(),
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{space}:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/" manifest:media-type="x"/>'
            '<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/>'
            "</manifest:manifest>",
        }
    )


def zip_bomb() -> bytes:
    """Return a document of some hundred kilobytes that opens into as many megabytes."""
    return with_parts(docx(), {"word/media/x.xml": bytes(120 * 2**20)})


def lying_zip() -> bytes:
    """Return a document whose directory says that a part is small, and it is not."""
    content = bytearray(with_parts(docx(), {"word/z.xml": b"<a>" + b" " * 2**21 + b"</a>"}))
    size = (2**21 + 7).to_bytes(4, "little")
    at = content.rfind(b"word/z.xml") - 46 + 24
    assert content[at : at + 4] == size
    content[at : at + 4] = (100).to_bytes(4, "little")
    return bytes(content)


def external_picture() -> bytes:
    """Return a document that fetches a picture when it is opened."""
    return with_parts(
        docx(),
        {
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{R}"><Relationship Id="r9" '
            f'Type="{OFFICE}/image" Target="http://exemple.invalid/a.png" TargetMode="External"/>'
            "</Relationships>"
        },
    )


def clicked_link() -> bytes:
    """Return a document with a link that somebody must click."""
    return with_parts(
        docx(),
        {
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{R}"><Relationship Id="r9" '
            f'Type="{OFFICE}/hyperlink" Target="https://exemple.invalid/" TargetMode="External"/>'
            "</Relationships>"
        },
    )


def split_field() -> bytes:
    """Return a document that runs a program by a field whose name is cut in two."""
    text = (
        f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:instrText>DD</w:instrText></w:r><w:r>'
        "<w:instrText>EAUTO c:\\cmd</w:instrText></w:r></w:p></w:body></w:document>"
    )
    return with_parts(docx(), {"word/document.xml": text})


HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    # what it is: (name it comes under, its bytes, verdict)
    "PDF after a program": ("bail.pdf", lambda: b"MZ\x90\0" + pdf(), "file_hidden_data"),
    "PDF before an archive": ("bail.pdf", lambda: pdf() + docx(), "file_hidden_data"),
    "JPEG before an archive": ("a.jpg", lambda: jpeg() + docx(), "file_hidden_data"),
    "PNG before an archive": ("a.png", lambda: png() + docx(), "file_hidden_data"),
    "WebP before an archive": ("a.webp", lambda: webp() + docx(), "file_hidden_data"),
    "archive before a PDF": ("a.docx", lambda: docx() + pdf(), "file_hidden_data"),
    "zip bomb": ("a.docx", zip_bomb, "file_archive"),
    "lying zip": ("a.docx", lying_zip, "file_damaged"),
    "pixel flood": ("a.png", pixel_flood, "file_pixels"),
    "macro": ("a.docx", lambda: with_parts(docx(), {"word/vbaProject.bin": b"x"}), "file_macro"),
    "object": (
        "a.docx",
        lambda: with_parts(docx(), {"word/embeddings/o.bin": b"x"}),
        "file_embedded",
    ),
    "document inside": ("a.docx", lambda: with_parts(docx(), {"word/o": pdf()}), "file_embedded"),
    "picture fetched": ("a.docx", external_picture, "file_external"),
    "field cut in two": ("a.docx", split_field, "file_external"),
    "entities": (
        "a.docx",
        lambda: with_parts(docx(), {"word/e.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        "file_external",
    ),
    "path that climbs": (
        "a.docx",
        lambda: with_parts(docx(), {"../e.xml": "<a/>"}),
        "file_archive",
    ),
    "script of ODF": (
        "a.odt",
        lambda: with_parts(odt(), {"Basic/Standard/Module1.xml": "<a/>"}),
        "file_macro",
    ),
    "program under a PDF's name": ("a.pdf", lambda: b"MZ" + bytes(400), "file_other_type"),
    "PDF under a text's name": ("a.txt", pdf, "file_other_type"),
    "picture under another's name": ("a.png", jpeg, "file_other_type"),
    "type not on the list": ("a.exe", lambda: b"MZ", "file_type"),
    "empty": ("a.pdf", lambda: b"", "file_empty"),
    "encrypted PDF": (
        "a.pdf",
        lambda: pdf(encryption=pikepdf.Encryption(owner="a", user="b")),
        "file_encrypted",
    ),
    "PDF with permissions": (
        "a.pdf",
        lambda: pdf(encryption=pikepdf.Encryption(owner="a", user="")),
        "file_encrypted",
    ),
    "encrypted office document": (
        "a.docx",
        lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
        "file_encrypted",
    ),
    "script of PDF": ("a.pdf", lambda: pdf(_script), "file_active"),
    "program launched behind a link": ("a.pdf", lambda: pdf(_hidden_script), "file_active"),
    "act of a page": ("a.pdf", lambda: pdf(_page_act), "file_active"),
    "address opened by itself": ("a.pdf", lambda: pdf(_remote), "file_active"),
    "XFA form": ("a.pdf", lambda: pdf(_form), "file_active"),
    "rich media": ("a.pdf", lambda: pdf(_rich), "file_active"),
    "file in a PDF": ("a.pdf", lambda: pdf(_embedded), "file_embedded"),
    "PDF cut": ("a.pdf", lambda: pdf()[:-60], "file_damaged"),
    "JPEG cut": ("a.jpg", lambda: jpeg()[:-900], "file_damaged"),
    "PNG cut": ("a.png", lambda: png()[:-30], "file_damaged"),
    "text with zeros": ("a.txt", lambda: b"bonjour\0", "file_text"),
    "text of another kind": ("a.txt", lambda: b"\x01\x02\x03", "file_text"),
}
GOOD: dict[str, tuple[str, Callable[[], bytes]]] = {
    "PDF": ("courrier.pdf", pdf),
    "PDF opened at a page": ("courrier.pdf", lambda: pdf(harmless_view)),
    "PDF with a photograph": ("courrier.pdf", lambda: pdf(photograph_inside)),
    "photograph": ("photo.JPG", jpeg),
    "PNG": ("plan.png", png),
    "WebP": ("photo.webp", webp),
    "text document": ("note.docx", docx),
    "text document with a link": ("note.docx", clicked_link),
    "spreadsheet": ("budget.xlsx", xlsx),
    "ODF text": ("note.odt", odt),
    "text": ("note.txt", lambda: "été\r\n".encode()),
    "older text": ("note.txt", lambda: "été – œuf".encode("cp1252")),
}
